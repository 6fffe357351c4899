// A client of the core: closed, without waiting, when the last owner lets it go.
//
// Ownership: counted. The Session owns it; whoever is about to use it takes a share first. So a
// client that is closed from another thread, or from within its own dispatch, stays valid until
// that use is over. Threads: any, as everything in the C API.
#pragma once

#include "reqtask.h"

namespace reqtask {

class Core {
public:
  explicit Core(reqtask_client *client) : client_(client) {}
  ~Core() { reqtask_client_close(client_, 0); }
  Core(const Core &) = delete;
  Core &operator=(const Core &) = delete;

  reqtask_client *get() const { return client_; }

private:
  reqtask_client *const client_;
};

} // namespace reqtask

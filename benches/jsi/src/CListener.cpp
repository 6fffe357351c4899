#include "CListener.h"

#include "BlastServer.h"

#include "reqtask.h"

#include <stdexcept>

namespace bench {

namespace {

void onChunk(void *user, const reqtask_chunk_event *event) {
  const double now = nowUs();
  auto *received = static_cast<Received *>(user);
  received->bytes += event->bytes.len;
  received->chunks++;
  if (received->each) {
    received->atUs.insert(received->atUs.end(), event->bytes.len, now);
  }
}

void must(reqtask_status status) {
  if (status != REQTASK_OK) {
    throw std::runtime_error(reqtask_status_text(status));
  }
}

} // namespace

Received receive(const std::string &url, bool each) {
  Received received;
  received.each = each;
  received.atUs.reserve(each ? 1 << 20 : 0);
  reqtask_client *client = nullptr;
  reqtask_request *request = nullptr;
  reqtask_id task = 0;
  must(reqtask_client_new(nullptr, &client));
  must(reqtask_request_new("GET", REQTASK_NTS, url.data(), url.size(), &request));
  must(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0));
  must(reqtask_create(client, request, &task));
  reqtask_request_free(request);
  must(reqtask_on_chunk(task, onChunk, &received, nullptr, nullptr));
  const double from = nowUs();
  must(reqtask_start(task));
  must(reqtask_wait(task, 120000));
  received.seconds = (nowUs() - from) / 1e6;
  must(reqtask_release(task));
  reqtask_client_close(client, 1000);
  return received;
}

} // namespace bench

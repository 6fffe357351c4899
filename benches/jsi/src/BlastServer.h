/*
 * The server of the benchmark, a thread of the same process, so that sender and listener read one
 * clock. It answers one connection at a time, by plain blocking sends:
 *
 *   GET /body/SIZE            SIZE bytes with a content-length, as fast as they go
 *   GET /drip/COUNT/GAP_US    COUNT chunks of one byte, each a segment of its own, one each GAP_US;
 * notes when each is sent
 */
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

/** CLOCK_MONOTONIC in microseconds, as harness.nowUs. */
double nowUs();

class BlastServer {
public:
  BlastServer();
  ~BlastServer();
  BlastServer(const BlastServer &) = delete;
  BlastServer &operator=(const BlastServer &) = delete;

  std::string origin() const;
  /** When the bytes of the last drip were handed to the kernel. */
  std::vector<double> sentUs() const;

private:
  void serve();
  void answer(int peer);
  void drip(int peer, int count, int gapUs);

  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<double> sentUs_; // guarded by mutex_
  std::thread thread_;
};

} // namespace bench

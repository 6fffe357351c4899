#include "BlastServer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace bench {

namespace {

bool sendAll(int peer, const char *data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(peer, data, size, MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool sendAll(int peer, const std::string &text) { return sendAll(peer, text.data(), text.size()); }

} // namespace

double nowUs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::micro>(now).count();
}

BlastServer::BlastServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto *const raw = reinterpret_cast<sockaddr *>(&address);
  if (bind(listener_, raw, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, raw, &size) != 0) {
    throw std::runtime_error("the benchmark's server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

BlastServer::~BlastServer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string BlastServer::origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<double> BlastServer::sentUs() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return sentUs_;
}

void BlastServer::serve() {
  for (;;) {
    const int peer = accept(listener_, nullptr, nullptr);
    if (peer < 0) {
      return;
    }
    const int yes = 1;
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    answer(peer);
    close(peer);
  }
}

/* One request for each connection: the head is short enough to come in a few reads. */
void BlastServer::answer(int peer) {
  std::string head;
  char piece[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = recv(peer, piece, sizeof piece, 0);
    if (got <= 0) {
      return;
    }
    head.append(piece, static_cast<std::size_t>(got));
  }
  std::size_t size = 0;
  int count = 0;
  int gapUs = 0;
  if (std::sscanf(head.c_str(), "GET /body/%zu ", &size) == 1) {
    static const std::vector<char> block(262144, 'x');
    bool open = sendAll(peer, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " +
                                  std::to_string(size) + "\r\n\r\n");
    while (open && size > 0) {
      const std::size_t part = std::min(size, block.size());
      open = sendAll(peer, block.data(), part);
      size -= part;
    }
  } else if (std::sscanf(head.c_str(), "GET /drip/%d/%d ", &count, &gapUs) == 2) {
    drip(peer, count, gapUs);
  }
}

void BlastServer::drip(int peer, int count, int gapUs) {
  std::vector<double> sent;
  sendAll(peer, "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
  auto due = std::chrono::steady_clock::now();
  for (int i = 0; i < count; i++) {
    due += std::chrono::microseconds(gapUs);
    std::this_thread::sleep_until(due);
    sent.push_back(nowUs());
    if (!sendAll(peer, "1\r\nx\r\n")) {
      break;
    }
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    sentUs_ = std::move(sent);
  }
  sendAll(peer, "0\r\n\r\n");
}

} // namespace bench

#include "Answer.h"

#include "Realm.h"
#include "Turn.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace reqtask {

namespace jsi = facebook::jsi;

namespace {

/// The numbers of reqtask_timing in their order.
jsi::Value timingOf(jsi::Runtime &runtime, const reqtask_response *response) {
  reqtask_timing t{};
  t.struct_size = sizeof t;
  if (reqtask_response_timing(response, &t) != REQTASK_OK) {
    return jsi::Value::null();
  }
  const std::int64_t numbers[] = {
      t.connection_reused,
      t.start_unix_us,
      t.dequeued,
      t.redirect_start,
      t.redirect_end,
      t.resolve_start,
      t.resolve_end,
      t.connect_start,
      t.connect_end,
      t.tls_start,
      t.tls_end,
      t.request_start,
      t.request_end,
      t.response_start,
      t.response_end,
      static_cast<std::int64_t>(t.bytes_sent),
      static_cast<std::int64_t>(t.bytes_received),
  };
  jsi::Array timing(runtime, std::size(numbers));
  for (std::size_t i = 0; i < std::size(numbers); i++) {
    timing.setValueAtIndex(runtime, i, static_cast<double>(numbers[i]));
  }
  return timing;
}

} // namespace

Answer Answer::of(Realm &realm, const reqtask_complete_event &event, std::uint32_t flags) {
  Answer answer;
  jsi::Runtime &runtime = realm.runtime;
  reqtask_response_info info{};
  info.struct_size = sizeof info;
  if (reqtask_response_read(event.response, &info) != REQTASK_OK) {
    return answer;
  }
  jsi::Value body = jsi::Value::null();
  if (event.status == REQTASK_OK && (flags & kChunks) == 0) {
    std::optional<jsi::ArrayBuffer> made = realm.arrayBuffers->make(runtime, info.body);
    answer.lost = !made;
    if (made) {
      body = std::move(*made);
    }
    realm.turn->count(info.body.len);
  }
  jsi::Object object(runtime);
  object.setProperty(runtime, "httpVersion", static_cast<double>(info.http_version));
  object.setProperty(runtime, "redirects", static_cast<double>(info.redirects));
  object.setProperty(runtime, "url", StringCodec::fromUtf8(runtime, info.url));
  object.setProperty(runtime, "peer", StringCodec::fromUtf8(runtime, info.peer));
  object.setProperty(runtime, "body", std::move(body));
  object.setProperty(runtime, "timing",
                     (flags & kTiming) != 0 ? timingOf(runtime, event.response)
                                            : jsi::Value::null());
  answer.value = std::move(object);
  return answer;
}

} // namespace reqtask

#include "Listeners.h"

#include "Answer.h"
#include "Realm.h"
#include "Turn.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace reqtask::listeners {

namespace jsi = facebook::jsi;

namespace {

/// "name\nvalue\nname\nvalue" as one string; neither can hold a line feed.
jsi::String headOf(Realm &realm, const reqtask_headers_event &event) {
  std::string &text = realm.scratch;
  text.clear();
  for (std::size_t i = 0; i < event.header_count; i++) {
    const reqtask_header &header = event.headers[i];
    text.append(i == 0 ? "" : "\n").append(header.name.ptr, header.name.len);
    text.append("\n").append(header.value.ptr, header.value.len);
  }
  return StringCodec::fromLatin1(realm.runtime, text);
}

jsi::Array headersEvent(Realm &realm, const reqtask_headers_event &event) {
  // Where the answer came from is known to the response alone. It is there from the headers on; if
  // it is not, the URL is "".
  reqtask_response_info info{};
  info.struct_size = sizeof info;
  info.url.ptr = "";
  const reqtask_response *response = nullptr;
  if (reqtask_response_get(event.task, &response) == REQTASK_OK) {
    (void)reqtask_response_read(response, &info);
  }
  const std::unique_ptr<const reqtask_response, decltype(&reqtask_response_free)> owner(
      response, reqtask_response_free);
  jsi::Runtime &runtime = realm.runtime;
  return jsi::Array::createWithElements(
      runtime, int{REQTASK_EVENT_HEADERS}, static_cast<double>(event.task),
      static_cast<double>(event.http_status), headOf(realm, event),
      StringCodec::fromUtf8(runtime, info.url), static_cast<double>(info.redirects));
}

/// A stream with a hole must not go on, and must not look as if somebody had aborted it.
void starve(Realm &realm, reqtask_id task) {
  if (reqtask_abort(task) == REQTASK_OK) {
    realm.starved.push_back(task);
  }
}

bool takeStarved(Realm &realm, reqtask_id task) {
  const auto at = std::find(realm.starved.begin(), realm.starved.end(), task);
  const bool found = at != realm.starved.end();
  if (found) {
    realm.starved.erase(at);
  }
  return found;
}

jsi::Array completeEvent(Realm &realm, const reqtask_complete_event &event, std::uint32_t flags) {
  jsi::Runtime &runtime = realm.runtime;
  reqtask_status status = event.status;
  Answer answer;
  if (event.response != nullptr) {
    answer = Answer::of(realm, event, flags);
  }
  const bool starved = takeStarved(realm, event.task);
  const bool lost = starved || answer.lost;
  if (lost) {
    status = REQTASK_E_NO_MEMORY;
  }
  return jsi::Array::createWithElements(
      runtime, int{REQTASK_EVENT_COMPLETE}, static_cast<double>(event.task), status,
      static_cast<double>(event.phase), event.os_error,
      lost ? jsi::String::createFromAscii(runtime, reqtask_status_text(status))
           : StringCodec::fromUtf8(runtime, event.message),
      std::move(answer.value));
}

/// Runs `body` with the ear's realm and turn, and lets nothing out.
template <typename Body> void listen(void *user, Body body) noexcept {
  const Client::Ear &ear = *static_cast<Client::Ear *>(user);
  Realm &realm = ear.client->realm;
  try {
    body(realm, ear.flags);
  } catch (...) {
    realm.turn->fail();
  }
}

} // namespace

void onHeaders(void *ear, const reqtask_headers_event *event) noexcept {
  listen(ear,
         [event](Realm &realm, std::uint32_t) { realm.turn->add(headersEvent(realm, *event)); });
}

void onChunk(void *ear, const reqtask_chunk_event *event) noexcept {
  listen(ear, [event](Realm &realm, std::uint32_t) {
    std::optional<jsi::ArrayBuffer> data = realm.arrayBuffers->make(realm.runtime, event->bytes);
    if (!data) {
      starve(realm, event->task);
      return;
    }
    realm.turn->add(jsi::Array::createWithElements(realm.runtime, int{REQTASK_EVENT_CHUNK},
                                                   static_cast<double>(event->task),
                                                   std::move(*data)));
    realm.turn->count(event->bytes.len);
  });
}

void onComplete(void *ear, const reqtask_complete_event *event) noexcept {
  listen(ear, [event](Realm &realm, std::uint32_t flags) {
    realm.turn->add(completeEvent(realm, *event, flags));
  });
}

} // namespace reqtask::listeners

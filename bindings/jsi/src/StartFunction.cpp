// start: reads the arguments into a reqtask_request, makes the task, adds the listeners, starts it.
// A refusal at any step throws and leaves nothing behind.
#include "Arguments.h"
#include "Errors.h"
#include "Functions.h"
#include "Listeners.h"

#include <memory>
#include <string>
#include <utility>

namespace reqtask::functions {

namespace jsi = facebook::jsi;

namespace {

using Request = std::unique_ptr<reqtask_request, decltype(&reqtask_request_free)>;

Request makeRequest(jsi::Runtime &runtime, Realm &realm, const jsi::Value &method,
                    const jsi::Value &url) {
  const std::string m = arguments::text(runtime, realm.strings, method, "method");
  const std::string u = arguments::text(runtime, realm.strings, url, "url");
  reqtask_request *made = nullptr;
  errors::check(runtime, reqtask_request_new(m.data(), m.size(), u.data(), u.size(), &made),
                "request");
  return Request(made, reqtask_request_free);
}

void addFields(jsi::Runtime &runtime, Realm &realm, reqtask_request *request,
               const jsi::Value &fields) {
  const jsi::Array list = arguments::pairs(runtime, fields, "fields", "name");
  const std::size_t count = list.size(runtime);
  const auto text = [&](std::size_t at) {
    return arguments::text(runtime, realm.strings, list.getValueAtIndex(runtime, at),
                           "fields[" + std::to_string(at) + "]");
  };
  for (std::size_t at = 0; at + 1 < count; at += 2) {
    const std::string name = text(at);
    const std::string value = text(at + 1);
    errors::check(
        runtime,
        reqtask_request_add_header(request, name.data(), name.size(), value.data(), value.size()),
        "field");
  }
}

/// One copy in either case: of bytes by the core, since the engine may move or detach them; of text
/// by its conversion to UTF-8.
void setBody(jsi::Runtime &runtime, Realm &realm, reqtask_request *request,
             const jsi::Value &body) {
  if (body.isNull()) {
    return;
  }
  if (body.isString()) {
    auto text = std::make_unique<std::string>(realm.strings.read(runtime, body.getString(runtime)));
    const char *const data = text->data();
    const std::size_t length = text->size();
    const auto letGo = [](void *owned) { delete static_cast<std::string *>(owned); };
    errors::check(runtime, reqtask_request_set_body(request, data, length, text.release(), letGo),
                  "body");
    return;
  }
  if (body.isObject()) {
    jsi::Object object = body.getObject(runtime);
    if (object.isArrayBuffer(runtime)) {
      const jsi::ArrayBuffer buffer = std::move(object).getArrayBuffer(runtime);
      const std::size_t length = buffer.size(runtime);
      const void *const data = length == 0 ? nullptr : buffer.data(runtime);
      errors::check(runtime, reqtask_request_set_body(request, data, length, nullptr, nullptr),
                    "body");
      return;
    }
  }
  errors::throwType(runtime, "body must be an ArrayBuffer, a string, or null");
}

/// With chunk events the body is not kept as well, unless the options say so.
void setOptions(jsi::Runtime &runtime, Realm &realm, reqtask_request *request,
                const jsi::Value &options, std::uint32_t flags) {
  errors::check(runtime, reqtask_request_set_u64(request, REQTASK_OPT_AUTO_RELEASE, 1), "option");
  errors::check(runtime,
                reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, (flags & kChunks) == 0),
                "option");
  arguments::options(runtime, realm.strings, options, request, reqtask_request_set_u64,
                     reqtask_request_set_str);
}

reqtask_id launch(jsi::Runtime &runtime, Client &client, const reqtask_request *request,
                  std::uint32_t flags) {
  const std::shared_ptr<Core> core = client.core.lock();
  if (!core) {
    errors::throwClosed(runtime, "create", "this host has ended");
  }
  reqtask_id task = 0;
  errors::check(runtime, reqtask_create(core->get(), request, &task), "create");
  Client::Ear *const ear = &client.ears[flags];
  reqtask_status status = reqtask_on_headers(task, listeners::onHeaders, ear, nullptr, nullptr);
  if (status == REQTASK_OK && (flags & kChunks) != 0) {
    status = reqtask_on_chunk(task, listeners::onChunk, ear, nullptr, nullptr);
  }
  if (status == REQTASK_OK) {
    status = reqtask_on_complete(task, listeners::onComplete, ear, nullptr, nullptr);
  }
  if (status == REQTASK_OK) {
    status = reqtask_start(task);
  }
  if (status != REQTASK_OK) {
    reqtask_release(task); // It succeeds, so the sentence about the failure stays.
    errors::throwStatus(runtime, status, "start");
  }
  return task;
}

} // namespace

jsi::Value start(jsi::Runtime &runtime, Realm &realm, const jsi::Value *arguments,
                 std::size_t count) {
  arguments::expectCount(runtime, count, 7);
  const std::uint64_t number = arguments::id(runtime, arguments[0], "client");
  const auto flags =
      static_cast<std::uint32_t>(arguments::number(runtime, arguments[6], "flags", kAllFlags));
  const Request request = makeRequest(runtime, realm, arguments[1], arguments[2]);
  addFields(runtime, realm, request.get(), arguments[3]);
  setBody(runtime, realm, request.get(), arguments[4]);
  setOptions(runtime, realm, request.get(), arguments[5], flags);
  // Only now, because reading the arguments may have run a getter that closed it.
  const std::shared_ptr<Client> client = realm.find(number);
  if (!client) {
    errors::throwClosed(runtime, "create", "this client is closed, or never was");
  }
  return static_cast<double>(launch(runtime, *client, request.get(), flags));
}

} // namespace reqtask::functions

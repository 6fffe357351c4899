// The listeners: what the core tells becomes a NativeEvent of native.ts, a small array, at the end
// of the turn's batch.
//
// They run inside reqtask_client_dispatch on the JavaScript thread, are called from C, and
// therefore never throw. `user` is a Client::Ear, which outlives the dispatch.
#pragma once

#include "reqtask.h"

namespace reqtask::listeners {

void onHeaders(void *ear, const reqtask_headers_event *event) noexcept;
void onChunk(void *ear, const reqtask_chunk_event *event) noexcept;
void onComplete(void *ear, const reqtask_complete_event *event) noexcept;

} // namespace reqtask::listeners

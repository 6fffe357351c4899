/* The memory layout that callers were compiled with: sizes and offsets of every struct, 64 bit. */
#include "world.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define AT(type, field, offset)                                                                    \
  _Static_assert(offsetof(type, field) == (offset), "offset of " #type "." #field)

_Static_assert(sizeof(void *) == 8, "these figures are for 64 bit");
_Static_assert((reqtask_status)-1 < 0, "reqtask_status is signed");
SIZE(reqtask_status, 4);
SIZE(reqtask_id, 8);
SIZE(reqtask_listener, 8);

SIZE(reqtask_str, 16);
AT(reqtask_str, ptr, 0);
AT(reqtask_str, len, 8);

SIZE(reqtask_bytes, 24);
AT(reqtask_bytes, data, 0);
AT(reqtask_bytes, len, 8);
AT(reqtask_bytes, buf, 16);

SIZE(reqtask_header, 32);
AT(reqtask_header, name, 0);
AT(reqtask_header, value, 16);

SIZE(reqtask_headers_event, 32);
AT(reqtask_headers_event, struct_size, 0);
AT(reqtask_headers_event, http_status, 4);
AT(reqtask_headers_event, task, 8);
AT(reqtask_headers_event, headers, 16);
AT(reqtask_headers_event, header_count, 24);

SIZE(reqtask_chunk_event, 48);
AT(reqtask_chunk_event, struct_size, 0);
AT(reqtask_chunk_event, reserved, 4);
AT(reqtask_chunk_event, task, 8);
AT(reqtask_chunk_event, offset, 16);
AT(reqtask_chunk_event, bytes, 24);

SIZE(reqtask_progress_event, 48);
AT(reqtask_progress_event, struct_size, 0);
AT(reqtask_progress_event, task, 8);
AT(reqtask_progress_event, sent, 16);
AT(reqtask_progress_event, send_total, 24);
AT(reqtask_progress_event, received, 32);
AT(reqtask_progress_event, receive_total, 40);

SIZE(reqtask_complete_event, 48);
AT(reqtask_complete_event, struct_size, 0);
AT(reqtask_complete_event, status, 4);
AT(reqtask_complete_event, task, 8);
AT(reqtask_complete_event, phase, 16);
AT(reqtask_complete_event, os_error, 20);
AT(reqtask_complete_event, message, 24);
AT(reqtask_complete_event, response, 40);

SIZE(reqtask_response_info, 88);
AT(reqtask_response_info, struct_size, 0);
AT(reqtask_response_info, http_status, 4);
AT(reqtask_response_info, http_version, 8);
AT(reqtask_response_info, redirects, 12);
AT(reqtask_response_info, url, 16);
AT(reqtask_response_info, peer, 32);
AT(reqtask_response_info, headers, 48);
AT(reqtask_response_info, header_count, 56);
AT(reqtask_response_info, body, 64);

SIZE(reqtask_timing, 136);
AT(reqtask_timing, struct_size, 0);
AT(reqtask_timing, connection_reused, 4);
AT(reqtask_timing, start_unix_us, 8);
AT(reqtask_timing, dequeued, 16);
AT(reqtask_timing, redirect_start, 24);
AT(reqtask_timing, redirect_end, 32);
AT(reqtask_timing, resolve_start, 40);
AT(reqtask_timing, resolve_end, 48);
AT(reqtask_timing, connect_start, 56);
AT(reqtask_timing, connect_end, 64);
AT(reqtask_timing, tls_start, 72);
AT(reqtask_timing, tls_end, 80);
AT(reqtask_timing, request_start, 88);
AT(reqtask_timing, request_end, 96);
AT(reqtask_timing, response_start, 104);
AT(reqtask_timing, response_end, 112);
AT(reqtask_timing, bytes_sent, 120);
AT(reqtask_timing, bytes_received, 128);

_Static_assert(REQTASK_NTS == SIZE_MAX, "REQTASK_NTS");
_Static_assert(REQTASK_UNKNOWN == -1, "REQTASK_UNKNOWN");

/* The asserts above run in the compiler; what is left for run time is REQTASK_HAS. */
static void has_looks_at_struct_size(delivery how) {
  (void)how;
  reqtask_response_info info = {.struct_size = offsetof(reqtask_response_info, peer)};
  CHECK(REQTASK_HAS(&info, url));
  CHECK(!REQTASK_HAS(&info, peer));
  info.struct_size = sizeof info;
  CHECK(REQTASK_HAS(&info, body));
}

static const test_case cases[] = {CASE(DIRECT, has_looks_at_struct_size)};
MAIN(cases)

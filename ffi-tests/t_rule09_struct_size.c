/* Rule 9: structs are filled up to the caller's struct_size and not a byte further. */
#include "world.h"

static const reqtask_response *response_of(world *w) {
  task *t = task_get(w, url_on("http", "/hello"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  return response;
}

static void an_older_caller(delivery how) {
  world *w = world_open(how);
  const reqtask_response *response = response_of(w);
  reqtask_response_info info;
  unsigned char untouched[sizeof info];
  memset(untouched, 0xa5, sizeof untouched);
  const size_t known = offsetof(reqtask_response_info, url);
  memset(&info, 0xa5, sizeof info);
  info.struct_size = (uint32_t)known;
  CHECK_OK(reqtask_response_read(response, &info));
  CHECK_INT(200, info.http_status);
  CHECK_INT(11, info.http_version);
  CHECK_INT(0, info.redirects);
  CHECK_MEM(untouched, sizeof info - known, (unsigned char *)&info + known, sizeof info - known);
  CHECK_INT(known, info.struct_size);

  reqtask_timing timing;
  const size_t early = offsetof(reqtask_timing, dequeued);
  memset(&timing, 0xa5, sizeof timing);
  timing.struct_size = (uint32_t)early;
  CHECK_OK(reqtask_response_timing(response, &timing));
  CHECK(timing.start_unix_us > 0);
  CHECK_MEM(untouched, 40, (unsigned char *)&timing + early, 40);
  reqtask_response_free(response);
  world_close(w);
}

static void a_newer_caller(delivery how) {
  world *w = world_open(how);
  const reqtask_response *response = response_of(w);
  struct {
    reqtask_response_info info;
    uint64_t later[8];
  } newer;
  memset(&newer, 0, sizeof newer);
  newer.later[0] = 42;
  newer.info.struct_size = sizeof newer;
  CHECK_OK(reqtask_response_read(response, &newer.info));
  CHECK_INT(200, newer.info.http_status);
  CHECK_INT(sizeof(reqtask_response_info), newer.info.struct_size); /* what the library knows */
  CHECK_INT(42, newer.later[0]);
  reqtask_response_free(response);
  world_close(w);
}

static void a_size_that_holds_nothing(delivery how) {
  world *w = world_open(how);
  const reqtask_response *response = response_of(w);
  reqtask_response_info info = {.struct_size = 0};
  reqtask_timing timing = {.struct_size = 3};
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_response_read(response, &info));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_response_timing(response, &timing));
  reqtask_response_free(response);
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, an_older_caller), CASE(DIRECT, a_newer_caller),
                                  CASE(DIRECT, a_size_that_holds_nothing)};
MAIN(cases)

/* Rule 8: NULL where a pointer is required is REQTASK_E_INVALID_ARG in every function for every
 * pointer; free functions ignore it. */
#include "world.h"

#define REFUSED(call) CHECK_STATUS(REQTASK_E_INVALID_ARG, call)

static void on_headers(void *user, const reqtask_headers_event *ev) { (void)user, (void)ev; }

static void free_functions(delivery how) {
  (void)how;
  reqtask_config_free(NULL);
  reqtask_request_free(NULL);
  reqtask_response_free(NULL);
  reqtask_buf_retain(NULL);
  reqtask_buf_release(NULL);
  CHECK(!reqtask_has_feature(NULL));
  reqtask_last_error(NULL, 100); /* a cap without a buffer writes nothing */
}

static void builders(delivery how) {
  (void)how;
  reqtask_config *config = NULL;
  reqtask_client *client = NULL;
  reqtask_request *request = NULL;
  REFUSED(reqtask_config_new(NULL));
  NEED_OK(reqtask_config_new(&config));
  REFUSED(reqtask_config_set_u64(NULL, REQTASK_OPT_TIMEOUT_MS, 1));
  REFUSED(reqtask_config_set_str(NULL, REQTASK_OPT_USER_AGENT, "a", 1));
  REFUSED(reqtask_config_set_str(config, REQTASK_OPT_USER_AGENT, NULL, 1));
  REFUSED(reqtask_config_set_str(config, REQTASK_OPT_USER_AGENT, NULL, REQTASK_NTS));
  REFUSED(reqtask_config_set_wakeup(NULL, NULL, NULL, NULL));
  REFUSED(reqtask_client_new(config, NULL));
  REFUSED(reqtask_client_new(NULL, NULL));
  reqtask_config_free(config);
  CHECK_OK(reqtask_client_new(NULL, &client)); /* NULL here means: all defaults */

  REFUSED(reqtask_request_new(NULL, 3, "http://a/", 9, &request));
  REFUSED(reqtask_request_new(NULL, REQTASK_NTS, "http://a/", 9, &request));
  REFUSED(reqtask_request_new("GET", 3, NULL, 9, &request));
  REFUSED(reqtask_request_new("GET", 3, NULL, REQTASK_NTS, &request));
  REFUSED(reqtask_request_new("GET", 3, "http://a/", 9, NULL));
  NEED_OK(reqtask_request_new("GET", 3, "http://a/", 9, &request));
  REFUSED(reqtask_request_set_u64(NULL, REQTASK_OPT_TIMEOUT_MS, 1));
  REFUSED(reqtask_request_set_str(NULL, REQTASK_OPT_USER_AGENT, "a", 1));
  REFUSED(reqtask_request_set_str(request, REQTASK_OPT_USER_AGENT, NULL, 1));
  REFUSED(reqtask_request_add_header(NULL, "a", 1, "b", 1));
  REFUSED(reqtask_request_add_header(request, NULL, 1, "b", 1));
  REFUSED(reqtask_request_add_header(request, "a", 1, NULL, 1));
  REFUSED(reqtask_request_set_body(NULL, "a", 1, NULL, NULL));
  REFUSED(reqtask_request_set_body(request, NULL, 1, NULL, NULL));

  reqtask_id id = 0;
  REFUSED(reqtask_create(NULL, request, &id));
  REFUSED(reqtask_create(client, NULL, &id));
  REFUSED(reqtask_create(client, request, NULL));
  CHECK_INT(0, id);
  reqtask_request_free(request);
  CHECK_OK(reqtask_client_close(client, 5000));
  REFUSED(reqtask_client_close(NULL, 0));
  REFUSED(reqtask_client_dispatch(NULL, 0, 0, NULL));
}

static void tasks_and_responses(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  REFUSED(reqtask_on_headers(t->id, NULL, NULL, NULL, NULL));
  REFUSED(reqtask_on_chunk(t->id, NULL, NULL, NULL, NULL));
  REFUSED(reqtask_on_progress(t->id, NULL, NULL, NULL, NULL));
  REFUSED(reqtask_on_complete(t->id, NULL, NULL, NULL, NULL));
  CHECK_OK(reqtask_on_headers(t->id, on_headers, NULL, NULL, NULL)); /* out may be NULL */
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  REFUSED(reqtask_response_get(t->id, NULL));
  reqtask_response_info info = {.struct_size = sizeof info};
  reqtask_timing timing = {.struct_size = sizeof timing};
  REFUSED(reqtask_response_read(NULL, &info));
  REFUSED(reqtask_response_timing(NULL, &timing));
  const reqtask_response *response = NULL;
  NEED_OK(reqtask_response_get(t->id, &response));
  REFUSED(reqtask_response_read(response, NULL));
  REFUSED(reqtask_response_timing(response, NULL));
  reqtask_response_free(response);
  if (how == QUEUED)
    CHECK_OK(reqtask_client_dispatch(w->client, 0, 0, NULL)); /* delivered may be NULL */
  world_close(w);
}

static void empty_text_may_be_null(delivery how) {
  world *w = world_open(how);
  reqtask_request *request = request_new("POST", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_set_body(request, NULL, 0, NULL, NULL));
  task *t = task_make(w, request);
  task_start(t);
  CHECK(strstr(task_text(t, 200), "content-length: 0\r\n") != NULL);
  world_close(w);
}

static const test_case cases[] = {CASE(DIRECT, free_functions), CASE(DIRECT, builders),
                                  CASE(BOTH, tasks_and_responses),
                                  CASE(DIRECT, empty_text_may_be_null)};
MAIN(cases)

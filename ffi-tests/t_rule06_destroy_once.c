/* Rule 6: destroy runs exactly once for every user pointer, also when the registering call fails.
 */
#include "world.h"

static void count(void *user) { atomic_fetch_add((atomic_int *)user, 1); }

static void on_headers(void *user, const reqtask_headers_event *ev) { (void)user, (void)ev; }
static void on_chunk(void *user, const reqtask_chunk_event *ev) { (void)user, (void)ev; }
static void on_progress(void *user, const reqtask_progress_event *ev) { (void)user, (void)ev; }
static void on_complete(void *user, const reqtask_complete_event *ev) { (void)user, (void)ev; }
static void wake(void *user) { (void)user; }
static void log_line(void *user, uint32_t level, reqtask_str line) {
  (void)user, (void)level, (void)line;
}

static void failed_registrations(delivery how) {
  (void)how;
  atomic_int n = 0;
  reqtask_listener out = 77;
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_on_headers(1u << 30, on_headers, &n, count, &out));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_on_chunk(1u << 30, on_chunk, &n, count, &out));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_on_progress(1u << 30, on_progress, &n, count, &out));
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_on_complete(1u << 30, on_complete, &n, count, &out));
  CHECK_INT(4, atomic_load(&n));
  CHECK_INT(77, out);
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_on_headers(0, NULL, &n, count, NULL));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_on_chunk(0, NULL, &n, count, NULL));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_on_progress(0, NULL, &n, count, NULL));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_on_complete(0, NULL, &n, count, NULL));
  CHECK_INT(8, atomic_load(&n));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_config_set_wakeup(NULL, wake, &n, count));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_request_set_body(NULL, "x", 1, &n, count));
  CHECK_INT(10, atomic_load(&n));
  reqtask_request *request = request_new("POST", "http://localhost/");
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_request_set_body(request, NULL, 5, &n, count));
  CHECK_INT(11, atomic_load(&n));
  reqtask_request_free(request);
  CHECK_INT(11, atomic_load(&n));
}

static void after_the_completion(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, url_on("http", "/hello"));
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  atomic_int n = 0;
  CHECK_STATUS(REQTASK_E_STATE, reqtask_on_headers(t->id, on_headers, &n, count, NULL));
  CHECK_STATUS(REQTASK_E_STATE, reqtask_on_complete(t->id, on_complete, &n, count, NULL));
  CHECK_INT(2, atomic_load(&n));
  world_close(w);
}

static void wakeup_and_log(delivery how) {
  (void)how;
  atomic_int n = 0;
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  CHECK_OK(reqtask_config_set_wakeup(config, wake, &n, count));
  CHECK_INT(0, atomic_load(&n));
  CHECK_OK(reqtask_config_set_wakeup(config, wake, &n, count)); /* replaces the first */
  CHECK_INT(1, atomic_load(&n));
  reqtask_client *a = NULL;
  reqtask_client *b = NULL;
  CHECK_OK(reqtask_client_new(config, &a));
  CHECK_OK(reqtask_client_new(config, &b));
  reqtask_config_free(config);
  CHECK_INT(1, atomic_load(&n)); /* the clients still have it */
  CHECK_OK(reqtask_client_close(a, 5000));
  CHECK_INT(1, atomic_load(&n));
  CHECK_OK(reqtask_client_close(b, 5000));
  CHECK_INT(2, atomic_load(&n));

  atomic_store(&n, 0);
  CHECK_OK(reqtask_set_log(REQTASK_LOG_ERROR, log_line, &n, count));
  CHECK_OK(reqtask_set_log(REQTASK_LOG_ERROR, log_line, &n, count));
  CHECK_INT(1, atomic_load(&n));
  CHECK_OK(reqtask_set_log(REQTASK_LOG_OFF, NULL, NULL, NULL));
  CHECK_INT(2, atomic_load(&n));
}

static void body_lives_as_long_as_it_is_used(delivery how) {
  world *w = world_open(how);
  atomic_int first = 0;
  atomic_int second = 0;
  reqtask_request *request = request_new("POST", url_on("http", "/echo"));
  CHECK_OK(reqtask_request_set_body(request, "one", 3, &first, count));
  CHECK_OK(reqtask_request_set_body(request, "two", 3, &second, count));
  CHECK_INT(1, atomic_load(&first));
  reqtask_id id = 0;
  CHECK_OK(reqtask_create(w->client, request, &id));
  task *t = task_make(w, request); /* frees the request */
  CHECK_INT(0, atomic_load(&second));
  task_start(t);
  const char *echo = task_text(t, 200);
  CHECK(strlen(echo) > 3 && strcmp(echo + strlen(echo) - 3, "two") == 0);
  task_release(t);
  CHECK_INT(0, atomic_load(&second)); /* the task that was never started may still be */
  CHECK_OK(reqtask_release(id));
  world_close(w);
  CHECK_INT(1, atomic_load(&first));
  CHECK_INT(1, atomic_load(&second));
}

static void without_destroy(delivery how) {
  world *w = world_open(how);
  task *t = task_make(w, request_new("GET", url_on("http", "/hello")));
  CHECK_OK(reqtask_on_complete(t->id, on_complete, NULL, NULL, NULL));
  task_start(t);
  CHECK_STATUS(REQTASK_OK, await_complete(t));
  world_close(w);
}

static const test_case cases[] = {CASE(DIRECT, failed_registrations),
                                  CASE(BOTH, after_the_completion), CASE(DIRECT, wakeup_and_log),
                                  CASE(BOTH, body_lives_as_long_as_it_is_used),
                                  CASE(BOTH, without_destroy)};
MAIN(cases)

/* Rule 8: a failure writes no out parameter and leaves a sentence for its own thread. */
#include "world.h"

static void out_parameters_stay(delivery how) {
  (void)how;
  reqtask_request *const mark = (reqtask_request *)(uintptr_t)0x5a5a5a50;
  reqtask_request *request = mark;
  CHECK_STATUS(REQTASK_E_INVALID_ARG,
               reqtask_request_new("GET", REQTASK_NTS, "nonsense", REQTASK_NTS, &request));
  CHECK(request == mark);
  reqtask_id id = 4711;
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_create(NULL, NULL, &id));
  CHECK_INT(4711, id);
  const reqtask_response *response = (const reqtask_response *)mark;
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_response_get(1u << 30, &response));
  CHECK(response == (const reqtask_response *)mark);
  uint32_t delivered = 4711;
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_client_dispatch(NULL, 0, 0, &delivered));
  CHECK_INT(4711, delivered);
}

static void the_sentence(delivery how) {
  (void)how;
  char whole[512] = "";
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_config_set_u64(NULL, REQTASK_OPT_TIMEOUT_MS, 1));
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_config_set_u64(config, REQTASK_OPT_IP_FAMILY, 5));
  size_t len = reqtask_last_error(whole, sizeof whole);
  CHECK_INT(strlen(whole), len);
  CHECK(strstr(whole, "IP_FAMILY") != NULL); /* it names the culprit */
  /* Successes leave it alone. */
  CHECK_OK(reqtask_config_set_u64(config, REQTASK_OPT_IP_FAMILY, 4));
  CHECK_INT(len, reqtask_last_error(NULL, 0));
  /* It is cut to what fits. */
  char small[8];
  memset(small, 'x', sizeof small);
  CHECK_INT(len, reqtask_last_error(small, 6));
  CHECK_MEM(whole, 5, small, 5);
  CHECK_INT(0, small[5]);
  CHECK_INT('x', small[6]);
  char one = 'x';
  CHECK_INT(len, reqtask_last_error(&one, 1));
  CHECK_INT(0, one);
  char none = 'x';
  CHECK_INT(len, reqtask_last_error(&none, 0));
  CHECK_INT('x', none);
  reqtask_config_free(config);
}

static void *fresh_thread(void *unused) {
  (void)unused;
  char sentence[64] = "x";
  CHECK_INT(0, reqtask_last_error(sentence, sizeof sentence)); /* no failure yet */
  CHECK_STR("", sentence);
  CHECK_STATUS(REQTASK_E_NOT_FOUND, reqtask_start(1u << 30));
  CHECK(reqtask_last_error(NULL, 0) > 0);
  return NULL;
}

static void each_thread_has_its_own(delivery how) {
  (void)how;
  char before[256] = "";
  char after[256] = "";
  CHECK_STATUS(REQTASK_E_INVALID_ARG, reqtask_config_new(NULL));
  reqtask_last_error(before, sizeof before);
  pthread_t thread;
  NEED(pthread_create(&thread, NULL, fresh_thread, NULL) == 0);
  pthread_join(thread, NULL);
  reqtask_last_error(after, sizeof after);
  CHECK_STR(before, after);
}

static const test_case cases[] = {CASE(DIRECT, out_parameters_stay), CASE(DIRECT, the_sentence),
                                  CASE(DIRECT, each_thread_has_its_own)};
MAIN(cases)

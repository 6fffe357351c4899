/* What one client or request says about TLS holds for it alone: roots, and pinned keys. */
#include "world.h"

/** Of no key. */
static const char nobody[] = "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
enum { ROUNDS = 6, AT_ONCE = 60 };

/** A started GET with pins of its own; NULL: those of the client. */
static task *get_pinned(world *w, const char *pins) {
  reqtask_request *request = request_new("GET", url_on("https", "/hello"));
  if (pins)
    CHECK_OK(reqtask_request_set_str(request, REQTASK_OPT_PINNED_KEYS, pins, REQTASK_NTS));
  task *t = task_make(w, request);
  task_start(t);
  return t;
}

/** The pin of the server's key, which the refusal of another one tells. */
static const char *servers_pin(world *w) {
  task *t = get_pinned(w, nobody);
  CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS, t);
  const char *pin = strstr(t->rec->message, "sha256//");
  NEED(pin != NULL);
  return text("%s", pin);
}

static void roots_of_one_client_are_not_anothers(delivery how) {
  world *trusts = world_open(how);
  world *does_not = world_new(how);
  reqtask_config_free(does_not->config);
  NEED_OK(reqtask_config_new(&does_not->config));
  world_start(does_not);
  for (int i = 0; i < ROUNDS; i++) {
    task_text(task_get(trusts, url_on("https", "/hello")), 200);
    CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS,
               task_get(does_not, url_on("https", "/hello")));
  }
  world_close(does_not);
  world_close(trusts);
}

static void pins_of_the_client_hold_unless_the_request_has_its_own(delivery how) {
  world *plain = world_open(how);
  const char *pin = servers_pin(plain);
  world *w = world_new(how);
  world_str(w, REQTASK_OPT_PINNED_KEYS, nobody);
  world_start(w);
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS, get_pinned(w, NULL));
    task_text(get_pinned(w, pin), 200);
    task_text(get_pinned(w, ""), 200);
    task_text(get_pinned(w, text("%s;%s", nobody, pin)), 200);
    task_text(get_pinned(plain, NULL), 200);
  }
  world_close(w);
  world_close(plain);
}

static void requests_that_run_at_once_keep_their_own(delivery how) {
  world *w = world_open(how);
  const char *pins[] = {NULL, servers_pin(w), nobody};
  task *tasks[AT_ONCE];
  for (size_t i = 0; i < AT_ONCE; i++)
    tasks[i] = get_pinned(w, pins[i % COUNT_OF(pins)]);
  for (size_t i = 0; i < AT_ONCE; i++) {
    if (pins[i % COUNT_OF(pins)] == nobody)
      CHECK_ENDS(REQTASK_E_CERTIFICATE, REQTASK_PHASE_TLS, tasks[i]);
    else
      task_text(tasks[i], 200);
  }
  world_close(w);
}

static const test_case cases[] = {
    CASE(DIRECT, roots_of_one_client_are_not_anothers),
    CASE(BOTH, pins_of_the_client_hold_unless_the_request_has_its_own),
    CASE(BOTH, requests_that_run_at_once_keep_their_own)};
MAIN(cases)

/*
 * Abort while the name is being looked up: completes in phase RESOLVE though the lookup hangs on.
 *
 * The program's own getaddrinfo stands before the C library's: one name hangs until the test lets
 * it go, another does not exist. It also serves REQTASK_E_RESOLVE and REQTASK_OPT_RESOLVE_MS.
 */
#include <dlfcn.h>
#include <netdb.h>

#include "world.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int looking; /* lookups of hang.test that have begun */
static int ended;   /* and ended */
static bool let_go;

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out) {
  if (name && strcmp(name, "nowhere.test") == 0)
    return EAI_NONAME;
  if (name && strcmp(name, "hang.test") == 0) {
    pthread_mutex_lock(&lock);
    looking++;
    pthread_cond_broadcast(&changed);
    while (!let_go)
      pthread_cond_wait(&changed, &lock);
    ended++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return EAI_NONAME;
  }
  typedef int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  void *found = dlsym(RTLD_NEXT, "getaddrinfo");
  real call;
  memcpy(&call, &found, sizeof call); /* ISO C has no cast from an object to a function pointer */
  return call(name, service, hints, out);
}

/* One lookup may serve several tasks, and one task may ask for each address family. */
static void await_lookup(int n) {
  waiting_for("a name lookup to begin");
  pthread_mutex_lock(&lock);
  while (looking < n)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static void set_hang(bool hang) {
  pthread_mutex_lock(&lock);
  if (hang)
    looking = ended = 0;
  let_go = !hang;
  pthread_cond_broadcast(&changed);
  while (!hang && ended < looking)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static void abort_while_the_lookup_hangs(delivery how) {
  set_hang(true);
  world *w = world_open(how);
  task *t = task_get(w, "http://hang.test/");
  await_lookup(1);
  int64_t before = now_us();
  task_abort(t);
  CHECK_ENDS(REQTASK_E_ABORTED, REQTASK_PHASE_RESOLVE, t);
  CHECK(now_us() - before < 2000000 * patience()); /* the lookup still hangs */
  /* The worker is free again, too. */
  CHECK_STR("Hello, world!\n", task_text(task_get(w, url_on("http", "/hello")), 200));
  set_hang(false);
  world_close(w);
}

static void limit_of_the_lookup(delivery how) {
  set_hang(true);
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_RESOLVE_MS, 50);
  world_start(w);
  task *t = task_get(w, "http://hang.test/");
  CHECK_ENDS(REQTASK_E_TIMEOUT, REQTASK_PHASE_RESOLVE, t);
  set_hang(false);
  world_close(w);
}

static void name_without_address(delivery how) {
  world *w = world_open(how);
  task *t = task_get(w, "http://nowhere.test/");
  CHECK_ENDS(REQTASK_E_RESOLVE, REQTASK_PHASE_RESOLVE, t);
  CHECK(strstr(t->rec->message, "nowhere.test") != NULL);
  CHECK(!t->rec->had_response);
  world_close(w);
}

static void close_while_the_lookup_hangs(delivery how) {
  set_hang(true);
  world *w = world_open(how);
  task *t = task_get(w, "http://hang.test/");
  await_lookup(1);
  /* The lookup cannot be interrupted, only abandoned: the close says that a thread is left. */
  reqtask_status status = reqtask_client_close(w->client, 50);
  CHECK(status == REQTASK_E_TIMEOUT || status == REQTASK_OK);
  w->client = NULL;
  t->released = true;
  CHECK_INT(0, recorder_seen(t->rec, REQTASK_EVENT_COMPLETE));
  set_hang(false);
  await_destroyed(t, recorder_attached(t->rec));
  world_close(w);
}

static const test_case cases[] = {CASE(BOTH, abort_while_the_lookup_hangs),
                                  CASE(BOTH, limit_of_the_lookup), CASE(BOTH, name_without_address),
                                  CASE(DIRECT, close_while_the_lookup_hangs)};
MAIN(cases)

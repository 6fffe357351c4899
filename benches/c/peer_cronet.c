/* peer_cronet.c - finding the library, the engine, and the executor; see peer_cronet.h. */
#include "peer_cronet.h"

#include "report.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cronet_api cronet;

static bool load(slice_out *out) {
  const char *wish = getenv("BENCH_CRONET");
  if (wish && strcmp(wish, "no") == 0) {
    snprintf(out->note, sizeof out->note, "BENCH_CRONET=no in the environment");
    return false;
  }
  /* Neither it nor the libraries it needs are at a place of the system's: this program's RPATH
   * leads to them. */
  void *library = dlopen(wish ? wish : "libcronet.so", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(out->note, sizeof out->note, "%s", dlerror());
    return false;
  }
#define CRONET_FIND(result, name, parameters)                                                      \
  *(void **)&cronet.name = dlsym(library, "Cronet_" #name);                                        \
  if (!cronet.name) {                                                                              \
    snprintf(out->note, sizeof out->note, "it has no Cronet_" #name);                              \
    return false;                                                                                  \
  }
  CRONET_FUNCTIONS(CRONET_FIND)
#undef CRONET_FIND
  return true;
}

static void run(Cronet_Runnable *runnable) {
  cronet.Runnable_Run(runnable);
  cronet.Runnable_Destroy(runnable);
}

static void execute_here(Cronet_Executor *executor, Cronet_Runnable *runnable) {
  (void)executor;
  run(runnable);
}

static void execute_later(Cronet_Executor *executor, Cronet_Runnable *runnable) {
  cronet_peer *c = cronet.Executor_GetClientContext(executor);
  pthread_mutex_lock(&c->lock);
  if (c->count == c->room) {
    c->room = c->room ? 2 * c->room : 64;
    c->waiting = realloc(c->waiting, c->room * sizeof(Cronet_Runnable *));
    if (!c->waiting)
      abort();
  }
  c->waiting[c->count++] = runnable;
  bool wake = c->idle;
  c->idle = false;
  pthread_mutex_unlock(&c->lock);
  if (wake)
    pthread_cond_signal(&c->filled);
}

/** Runs what is there in one go, so that the lock and the wakeups are paid once for many. */
static void *executor_thread(void *arg) {
  cronet_peer *c = arg;
  Cronet_Runnable **mine = NULL;
  size_t count = 0, room = 0;
  pthread_mutex_lock(&c->lock);
  for (;;) {
    while (c->count == 0 && !c->stop) {
      c->idle = true;
      pthread_cond_wait(&c->filled, &c->lock);
    }
    if (c->count == 0)
      break;
    Cronet_Runnable **theirs = c->waiting;
    size_t their_room = c->room;
    count = c->count;
    c->waiting = mine;
    c->room = room;
    c->count = 0;
    pthread_mutex_unlock(&c->lock);
    mine = theirs;
    room = their_room;
    for (size_t i = 0; i < count; i++)
      run(mine[i]);
    pthread_mutex_lock(&c->lock);
  }
  pthread_mutex_unlock(&c->lock);
  free(mine);
  return NULL;
}

static bool start_engine(cronet_peer *c) {
  c->engine = cronet.Engine_Create();
  Cronet_EngineParams *params = cronet.EngineParams_Create();
  cronet.EngineParams_enable_check_result_set(params,
                                              false); /* or else a failure ends the process */
  cronet.EngineParams_enable_quic_set(params, false);
  cronet.EngineParams_enable_http2_set(params, false);
  cronet.EngineParams_enable_brotli_set(params, false);
  cronet.EngineParams_http_cache_mode_set(params, CRONET_CACHE_DISABLED);
  int result = cronet.Engine_StartWithParams(c->engine, params);
  cronet.EngineParams_Destroy(params);
  return result == CRONET_SUCCESS;
}

bool cronet_peer_open(cronet_peer *c, bool direct, slice_out *out) {
  *c = (cronet_peer){.direct = direct};
  if (!load(out))
    return false;
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->filled, NULL);
  if (!start_engine(c)) {
    snprintf(out->note, sizeof out->note, "its engine does not start");
    return false;
  }
  if (!direct && pthread_create(&c->thread, NULL, executor_thread, c) != 0)
    return false;
  c->executor = cronet.Executor_CreateWith(direct ? execute_here : execute_later);
  cronet.Executor_SetClientContext(c->executor, c);
  c->callback = cronet_task_callback();
  return true;
}

void cronet_peer_close(cronet_peer *c) {
  cronet.Engine_Shutdown(c->engine);
  if (!c->direct) {
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_mutex_unlock(&c->lock);
    pthread_cond_signal(&c->filled);
    pthread_join(c->thread, NULL);
    free(c->waiting);
  }
  cronet.Engine_Destroy(c->engine);
  cronet.Executor_Destroy(c->executor);
  cronet.UrlRequestCallback_Destroy(c->callback);
}

/** Says in out->note which version there is, and in value[0] whether there is one. */
static bool probe(const void *arg, slice_out *out) {
  (void)arg;
  cronet_peer c;
  if (!cronet_peer_open(&c, false, out))
    return true;
  out->value[0] = 1;
  snprintf(out->note, sizeof out->note, "%s", cronet.Engine_GetVersionString(c.engine));
  cronet_peer_close(&c);
  return true;
}

/** What the probe has found; "" before. */
static char version[300];
static bool here;

const char *cronet_peer_version(void) {
  if (version[0])
    return version;
  const slice_out *out = slice_run("Cronet", probe, NULL, 20);
  here = out && out->value[0] > 0;
  snprintf(version, sizeof version, "%s%s", here ? "" : "skipped, ",
           out ? out->note : "it does not run here");
  return version;
}

bool cronet_peer_here(void) {
  cronet_peer_version();
  return here;
}

void cronet_peer_note(void) {
  if (!cronet_peer_here())
    report_note("Cronet: %s (benches/cronet/get gets it)", cronet_peer_version());
  else if (!getenv("BENCH_CRONET"))
    report_note("Cronet: this build checks itself as it runs (Chromium's DCHECKs), which a "
                "product's does not; benches/README.md says how much that may be");
}

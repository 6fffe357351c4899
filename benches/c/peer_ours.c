/* peer_ours.c - see peer_ours.h. */
#include "peer_ours.h"

#include <stdio.h>
#include <time.h>

static void told(void *user) { (void)user; /* the pump sleeps inside dispatch and needs no call */ }

static void *pump(void *arg) {
  ours *o = arg;
  while (!atomic_load(&o->stop))
    reqtask_client_dispatch(o->client, 0, 100, NULL);
  return NULL;
}

const char *ours_error(void) {
  static _Thread_local char text[256];
  reqtask_last_error(text, sizeof text);
  return text;
}

/** Hands over the certificates in a PEM file. */
static bool trust(reqtask_config *config, const char *path) {
  char pem[8192];
  FILE *from = fopen(path, "r");
  if (!from)
    return false;
  size_t len = fread(pem, 1, sizeof pem, from);
  fclose(from);
  return reqtask_config_set_str(config, REQTASK_OPT_ROOTS_PEM, pem, len) == REQTASK_OK;
}

bool ours_open(ours *o, bool queued, uint64_t workers_max) {
  return ours_open_trusting(o, queued, workers_max, NULL);
}

bool ours_open_trusting(ours *o, bool queued, uint64_t workers_max, const char *authority) {
  reqtask_config *config;
  if (reqtask_config_new(&config) != REQTASK_OK)
    return false;
  *o = (ours){.queued = queued};
  bool done = (!authority || trust(config, authority)) &&
              (!queued || reqtask_config_set_wakeup(config, told, NULL, NULL) == REQTASK_OK) &&
              (workers_max == 0 || reqtask_config_set_u64(config, REQTASK_OPT_WORKERS_MAX,
                                                          workers_max) == REQTASK_OK) &&
              reqtask_client_new(config, &o->client) == REQTASK_OK;
  reqtask_config_free(config);
  if (done && queued && pthread_create(&o->pump, NULL, pump, o) != 0) {
    reqtask_client_close(o->client, 0);
    done = false;
  }
  if (!done)
    fprintf(stderr, "bench: reqtask client: %s\n", ours_error());
  return done;
}

void ours_close(ours *o) {
  atomic_store(&o->stop, true);
  if (o->queued)
    pthread_join(o->pump, NULL);
  reqtask_client_close(o->client, 2000);
}

reqtask_request *ours_stream_request(const char *method, const char *url) {
  reqtask_request *request;
  if (reqtask_request_new(method, REQTASK_NTS, url, REQTASK_NTS, &request) != REQTASK_OK) {
    fprintf(stderr, "bench: %s: %s\n", url, ours_error());
    return NULL;
  }
  reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, 0);
  reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0);
  return request;
}

bool ours_await(sem_t *sem, unsigned limit_ms) {
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += limit_ms / 1000;
  end.tv_nsec += (long)(limit_ms % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_nsec -= 1000000000;
    end.tv_sec++;
  }
  while (sem_timedwait(sem, &end) != 0) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec))
      return false;
  }
  return true;
}

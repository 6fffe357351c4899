/* idle_ours.c - idle pooled connections in reqtask; see growth.h. */
#include "growth.h"

#include "clock.h"
#include "peer_ours.h"

#include <stdio.h>

static void on_complete(void *user, const reqtask_complete_event *ev) {
  if (ev->status == REQTASK_OK)
    sem_post(user);
}

static bool get_one(reqtask_client *client, const char *url, sem_t *done) {
  reqtask_request *request;
  reqtask_id id;
  if (reqtask_request_new("GET", 3, url, REQTASK_NTS, &request) != REQTASK_OK)
    return false;
  bool ok = reqtask_create(client, request, &id) == REQTASK_OK;
  reqtask_request_free(request);
  ok = ok && reqtask_on_complete(id, on_complete, done, NULL, NULL) == REQTASK_OK &&
       reqtask_start(id) == REQTASK_OK && ours_await(done, 5000);
  reqtask_release(id);
  return ok;
}

static bool gets(const idle_job *job, reqtask_client *client, sem_t *done, int which,
                 slice_out *out) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u/get", job->server->http_port);
  for (unsigned i = 0; i < 50; i++)
    if (!get_one(client, url, done))
      return false;
  double cpu = cpu_us();
  for (unsigned i = 0; i < job->gets; i++) {
    uint64_t begin = now_ns();
    if (!get_one(client, url, done))
      return false;
    slice_sample(out, which, us_between(begin, now_ns()));
  }
  out->value[which == 0 ? IDLE_CPU_ALONE : IDLE_CPU_BESIDE] = (cpu_us() - cpu) / job->gets;
  return true;
}

static bool open_client(const idle_job *job, reqtask_client **client) {
  reqtask_config *config;
  if (reqtask_config_new(&config) != REQTASK_OK)
    return false;
  bool done =
      reqtask_config_set_u64(config, REQTASK_OPT_IDLE_CONNECTIONS, job->connections + 8) == 0 &&
      reqtask_config_set_u64(config, REQTASK_OPT_IDLE_CONNECTION_MS, 600000) == 0;
  for (unsigned i = 0; done && i < job->connections; i++) {
    char fixed[64];
    snprintf(fixed, sizeof fixed, "h%u:%u=127.0.0.1", i, job->server->http_port);
    done = reqtask_config_set_str(config, REQTASK_OPT_DNS_OVERRIDE, fixed, REQTASK_NTS) == 0;
  }
  done = done && reqtask_client_new(config, client) == REQTASK_OK;
  reqtask_config_free(config);
  return done;
}

bool idle_ours(const void *arg, slice_out *out) {
  const idle_job *job = arg;
  reqtask_client *client;
  static sem_t done; /* a worker may outlive this function when something fails */
  char url[64];
  sem_init(&done, 0, 0);
  bool ok = open_client(job, &client) && gets(job, client, &done, 0, out);
  for (unsigned i = 0; ok && i < job->connections; i++) {
    snprintf(url, sizeof url, "http://h%u:%u/get", i, job->server->http_port);
    ok = get_one(client, url, &done);
  }
  if (!ok || !gets(job, client, &done, 1, out)) {
    snprintf(out->note, sizeof out->note, "a GET failed: %s", ours_error());
    return false;
  }
  nap_us(100000);
  double switches = idle_switches_now(), cpu = cpu_us();
  nap_us(1000000);
  out->value[IDLE_WAKEUPS] = idle_switches_now() - switches - 1; /* this thread's nap */
  out->value[IDLE_CPU] = cpu_us() - cpu;
  out->value[IDLE_SOCKETS] = idle_sockets_now();
  reqtask_client_close(client, 2000);
  if (out->value[IDLE_SOCKETS] > job->connections)
    return true;
  snprintf(out->note, sizeof out->note, "only %.0f sockets are open", out->value[IDLE_SOCKETS]);
  return false;
}

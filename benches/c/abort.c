/* abort.c - the abort section: every phase, peers in turn, interleaved; see abort.h. */
#include "abort.h"

#include "budget.h"
#include "machine.h"
#include "peer_cronet.h"
#include "peer_curl.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILLERS = 8 };
enum { DIRECT, QUEUED, CURL, CRONET, PEERS };

static const char *const phase_name[] = {"queued",
                                         "resolving",
                                         "connecting",
                                         "TLS handshake",
                                         "sending",
                                         "waiting for headers",
                                         "reading, idle, lingering",
                                         "reading, idle, parked",
                                         "reading, flood"};
static const char *const peer_name[PEERS] = {"reqtask, direct", "reqtask, queued", "libcurl multi",
                                             "Cronet"};
static const slice_fn run[PEERS] = {abort_ours, abort_ours, abort_curl, abort_cronet};
static const char *const figure[] = {
    "event p50 µs",  "event p99 µs", "event max µs", "inside p50 µs",  "inside p99 µs",
    "inside max µs", "free p50 µs",  "free p99 µs",  "p50 to libcurl", "trials"};
enum {
  EVENT_P50,
  EVENT_P99,
  EVENT_MAX,
  INSIDE_P50,
  INSIDE_P99,
  INSIDE_MAX,
  FREE_P50,
  FREE_P99,
  TO_CURL,
  TRIALS
};

/** What one phase found. */
typedef struct found {
  samples event[PEERS], inside[PEERS], free;
} found;

/** A listener that takes no more connections: a new one waits in its connect. */
static unsigned full_listener(void) {
  static int fillers[FILLERS];
  unsigned port;
  int fd = server_listen(0, &port);
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                           .sin_port = htons((uint16_t)port)};
  bool full = false;
  for (int i = 0; i < FILLERS && !full; i++) {
    fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    connect(fillers[i], (struct sockaddr *)&at, sizeof at);
    struct pollfd p = {fillers[i], POLLOUT, 0};
    full = poll(&p, 1, 100) == 0;
  }
  if (full)
    return port;
  close(fd);
  return 0;
}

static report_row *add_row(report_table *table, const char *what, const char *who,
                           const samples *event, const samples *inside) {
  report_row *row = report_add(table, what, who);
  report_set(row, EVENT_P50, samples_median(event));
  report_set(row, EVENT_P99, samples_part(event, 0.99));
  report_set(row, EVENT_MAX, samples_part(event, 1));
  report_set(row, INSIDE_P50, samples_median(inside));
  report_set(row, INSIDE_P99, samples_part(inside, 0.99));
  report_set(row, INSIDE_MAX, samples_part(inside, 1));
  report_set(row, TRIALS, (double)event->count);
  return row;
}

static void add_rows(report_table *table, abort_phase phase, const found *of) {
  for (int p = 0; p < PEERS; p++) {
    if (of->event[p].count == 0)
      continue;
    report_row *row =
        add_row(table, phase_name[phase], peer_name[p], &of->event[p], &of->inside[p]);
    report_set(row, TO_CURL, samples_median(&of->event[p]) / samples_median(&of->event[CURL]));
    if (p == DIRECT) {
      report_set(row, FREE_P50, samples_median(&of->free));
      report_set(row, FREE_P99, samples_part(&of->free, 0.99));
      report_limit(row, FREE_P99, 1000);
    }
    if (p >= CURL)
      continue;
    report_limit(row, EVENT_P50, 30);
    report_limit(row, EVENT_P99, 150);
    report_limit(row, INSIDE_P99, 20);
  }
}

/** Whether a peer does this phase in this round. */
static bool takes_part(int peer, abort_phase phase, unsigned round) {
  /* Neither libcurl nor Cronet has parking, and no queue that this can fill. */
  if (peer >= CURL && (phase == ABORT_QUEUED || phase == ABORT_IDLE_PARKED))
    return false;
  /* Removing a handle that resolves waits for getaddrinfo: seconds each. */
  if (peer == CURL)
    return curl_peer_here() && (phase != ABORT_RESOLVING || round == 0);
  return peer != CRONET || cronet_peer_here();
}

static const slice_out *run_slice(const abort_job *job, const char *who, slice_fn fn) {
  char name[96];
  snprintf(name, sizeof name, "abort, %s, %s", phase_name[job->phase], who);
  const slice_out *out = slice_run(name, fn, job, 60);
  if (!out)
    report_note("%s: a slice failed", name);
  if (out && out->value[ABORT_ASTRAY] > 0)
    report_note("%s: %.0f trials ended in another phase (%.0f) and are left out", name,
                out->value[ABORT_ASTRAY], out->value[ABORT_ASTRAY_PHASE]);
  if (out && out->value[ABORT_HELD_NONE] > 0)
    report_note("abort, %s: the request gives its worker back while it waits for more, so there is "
                "none to free",
                phase_name[job->phase]);
  return out;
}

static void run_phase(report_table *table, abort_job *job, unsigned rounds) {
  budget share = budget_share((unsigned)(ABORT_FLOOD - job->phase) + 1);
  found of = {.free = {0}};
  const slice_out *out;
  unsigned each = job->trials;
  for (unsigned round = 0; budget_round(&share, round, rounds); round++) {
    for (int p = 0; p < PEERS; p++) {
      if (!takes_part(p, job->phase, round))
        continue;
      job->trials = p == CURL && job->phase == ABORT_RESOLVING ? 2 : each;
      job->queued = p == QUEUED;
      if ((out = run_slice(job, peer_name[p], run[p]))) {
        samples_add_all(&of.event[p], out->sample[0], out->count[0]);
        samples_add_all(&of.inside[p], out->sample[1], out->count[1]);
      }
    }
    job->trials = each;
    job->queued = false;
    /* Elsewhere the task holds no worker. */
    if (job->phase != ABORT_QUEUED && job->phase != ABORT_IDLE_PARKED &&
        (out = run_slice(job, "the worker free", abort_free)))
      samples_add_all(&of.free, out->sample[0], out->count[0]);
  }
  add_rows(table, job->phase, &of);
  for (int p = 0; p < PEERS; p++)
    samples_free(&of.event[p]), samples_free(&of.inside[p]);
  samples_free(&of.free);
}

/** What the machine takes to wake a thread, whatever a library does. */
static void run_floor(report_table *table, unsigned trials) {
  static const char *const name[ABORT_FLOOR_KINDS] = {"bare, a pipe's poll", "bare, a futex",
                                                      "bare, a condition variable"};
  for (abort_floor_kind kind = 0; kind <= ABORT_FLOOR_CONDITION; kind++) {
    abort_floor_job job = {kind, trials};
    samples event = {0}, inside = {0};
    const slice_out *out = slice_run(name[kind], abort_floor, &job, 10);
    if (!out)
      continue;
    samples_add_all(&event, out->sample[0], out->count[0]);
    samples_add_all(&inside, out->sample[1], out->count[1]);
    add_row(table, "one thread wakes another", name[kind], &event, &inside);
    samples_free(&event), samples_free(&inside);
  }
}

void abort_section(const server *from, bool full) {
  const char *why_not = "";
  bool dns_silent = machine_silence_dns(&why_not);
  report_table *table = report_begin(
      "P4", "abort", "Abort: to the completion event, inside the call, to the worker being free",
      figure, (int)(sizeof figure / sizeof *figure));
  char *body = calloc(1, ABORT_BODY);
  abort_job job = {
      .server = from, .trials = full ? 100 : 50, .full_port = full_listener(), .body = body};
  run_floor(table, 4 * job.trials);
  for (abort_phase phase = ABORT_QUEUED; phase <= ABORT_FLOOD; phase++) {
    job.phase = phase;
    if (phase == ABORT_RESOLVING && !dns_silent)
      report_note("abort while resolving: skipped, %s", why_not);
    else if (phase == ABORT_CONNECTING && job.full_port == 0)
      report_note("abort while connecting: skipped, the listener did not fill up");
    else if (phase == ABORT_SENDING && !body)
      report_note("abort while sending: skipped, no memory for the body");
    else
      run_phase(table, &job, full ? 10 : 4);
  }
  free(body);
  report_print(table);
  picture_bars(table, EVENT_P50, "From the call to the event, median, µs: shorter is better", -1,
               "");
  picture_bars(table, EVENT_P99, "From the call to the event, 99 of 100 within, µs", -1, "");
  picture_bars(table, INSIDE_P99, "Inside the call, 99 of 100 within, µs: shorter is better", -1,
               "");
  picture_bars(table, FREE_P99, "From the call until the worker has done the next, 99 of 100, µs",
               -1, "");
  report_note(
      "abort, \"one thread wakes another\": a thread that sleeps in poll, on a futex or on a "
      "condition variable is woken by a byte, a wake or a signal; no library can be faster "
      "than its machine");
  report_note(
      "abort, free: in a client of one worker, until a task that waited for it has been run "
      "too, a GET that is refused a connection");
  report_note(
      "abort, libcurl: from curl_multi_wakeup in one thread to curl_multi_remove_handle done "
      "in the loop's thread; inside: the wakeup alone");
  if (cronet_peer_here())
    report_note("abort, Cronet: from Cronet_UrlRequest_Cancel to its on_canceled callback in the "
                "executor's thread");
}

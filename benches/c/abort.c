/* abort.c - the abort section: every phase, peers in turn, interleaved; see abort.h. */
#include "abort.h"

#include "budget.h"
#include "machine.h"
#include "peer_cronet.h"
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
static const char *const figure[] = {"event p50 µs",   "event p99 µs",  "event max µs",
                                     "inside p50 µs",  "inside p99 µs", "inside max µs",
                                     "p50 to libcurl", "trials"};

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

static void add_rows(report_table *table, abort_phase phase, samples event[PEERS],
                     samples inside[PEERS]) {
  double curl = samples_median(&event[CURL]);
  for (int p = 0; p < PEERS; p++) {
    if (event[p].count == 0)
      continue;
    report_row *row = report_add(table, phase_name[phase], peer_name[p]);
    report_set(row, 0, samples_median(&event[p]));
    report_set(row, 1, samples_part(&event[p], 0.99));
    report_set(row, 2, samples_part(&event[p], 1));
    report_set(row, 3, samples_median(&inside[p]));
    report_set(row, 4, samples_part(&inside[p], 0.99));
    report_set(row, 5, samples_part(&inside[p], 1));
    report_set(row, 7, (double)event[p].count);
    report_set(row, 6, samples_median(&event[p]) / curl);
    if (p >= CURL)
      continue;
    report_limit(row, 0, 30);
    report_limit(row, 1, 1000);
    report_limit(row, 4, 20);
  }
}

static void run_phase(report_table *table, abort_job *job, unsigned rounds) {
  budget share = budget_share((unsigned)(ABORT_FLOOD - job->phase) + 1);
  samples event[PEERS] = {{0}}, inside[PEERS] = {{0}};
  unsigned each = job->trials;
  for (unsigned round = 0; budget_round(&share, round, rounds); round++)
    for (int p = 0; p < PEERS; p++) {
      bool curl = p == CURL;
      /* Neither libcurl nor Cronet has parking, and no queue that this can fill. */
      if (p >= CURL && (job->phase == ABORT_QUEUED || job->phase == ABORT_IDLE_PARKED))
        continue;
      if (p == CRONET && !cronet_peer_here())
        continue;
      /* Removing a handle that resolves waits for getaddrinfo: seconds each. */
      bool slow = curl && job->phase == ABORT_RESOLVING;
      if (slow && round > 0)
        continue;
      job->trials = slow ? 2 : each;
      job->queued = p == QUEUED;
      char name[96];
      snprintf(name, sizeof name, "abort, %s, %s", phase_name[job->phase], peer_name[p]);
      const slice_out *out = slice_run(name, run[p], job, 60);
      if (!out) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples_add_all(&event[p], out->sample[0], out->count[0]);
      samples_add_all(&inside[p], out->sample[1], out->count[1]);
      if (out->value[0] > 0)
        report_note("%s: %.0f trials ended in another phase (%.0f) and are left out", name,
                    out->value[0], out->value[1]);
    }
  job->trials = each;
  add_rows(table, job->phase, event, inside);
  for (int p = 0; p < PEERS; p++)
    samples_free(&event[p]), samples_free(&inside[p]);
}

void abort_section(const server *from, bool full) {
  const char *why_not = "";
  bool dns_silent = machine_silence_dns(&why_not);
  report_table *table = report_begin(
      "P4", "abort", "Abort: from the call to the completion event, and inside the call", figure,
      (int)(sizeof figure / sizeof *figure));
  char *body = calloc(1, ABORT_BODY);
  abort_job job = {
      .server = from, .trials = full ? 100 : 50, .full_port = full_listener(), .body = body};
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
  report_note(
      "abort, libcurl: from curl_multi_wakeup in one thread to curl_multi_remove_handle done "
      "in the loop's thread; inside: the wakeup alone");
  if (cronet_peer_here())
    report_note("abort, Cronet: from Cronet_UrlRequest_Cancel to its on_canceled callback in the "
                "executor's thread");
}

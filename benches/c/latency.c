/* latency.c - the latency section, its records, and the bare loop that is its measure; see
 * latency.h. */
#include "latency.h"

#include "budget.h"
#include "clock.h"
#include "peer_bare.h"
#include "peer_cronet.h"
#include "picture.h"
#include "report.h"
#include "stats.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void records_feed(records *r, const void *data, size_t len, uint64_t arrived_ns, slice_out *out) {
  const char *at = data;
  while (len > 0) {
    size_t take = r->size - r->have;
    if (take > len)
      take = len;
    for (size_t i = 0; i < take && r->have + i < sizeof r->head; i++)
      r->head[r->have + i] = at[i];
    r->have += (unsigned)take;
    at += take;
    len -= take;
    if (r->have == r->size) {
      uint64_t stamp;
      memcpy(&stamp, r->head, sizeof stamp);
      if (r->seen++ >= LATENCY_WARMUP)
        slice_sample(out, 0, us_between(stamp, arrived_ns));
      r->have = 0;
    }
  }
}

bool records_all(const records *r, const latency_job *job, slice_out *out) {
  if (r->seen == job->count && r->have == 0)
    return true;
  snprintf(out->note, sizeof out->note, "%u records and %u bytes, not %u", r->seen, r->have,
           job->count);
  return false;
}

/** Chunks of one size have frames of one size: all that the bare loop does about HTTP is to skip as
 * many bytes. */
bool latency_bare(const void *arg, slice_out *out) {
  const latency_job *job = arg;
  char data[16384], request[128];
  int fd = bare_connect(job->port);
  int len = snprintf(request, sizeof request,
                     "GET /drip/%u/%u HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: */*\r\n\r\n",
                     job->size, job->count, job->port);
  if (fd < 0 || send(fd, request, (size_t)len, MSG_NOSIGNAL) != len)
    return false;
  size_t have = 0;
  char *end = NULL;
  while (!end && have < sizeof data - 1) {
    ssize_t got = recv(fd, data + have, sizeof data - 1 - have, 0);
    if (got <= 0)
      return false;
    have += (size_t)got;
    data[have] = '\0';
    end = strstr(data, "\r\n\r\n");
  }
  if (!end)
    return false;
  records r = {.size = job->size};
  unsigned before = (unsigned)snprintf(NULL, 0, "%x\r\n", job->size);
  unsigned frame = before + job->size + 2, in_frame = 0;
  have -= (size_t)(end + 4 - data);
  memmove(data, end + 4, have);
  uint64_t arrived = now_ns();
  for (;;) {
    for (size_t at = 0; at < have && r.seen < job->count;) {
      unsigned from = in_frame < before ? before : in_frame;
      size_t step = frame - in_frame < have - at ? frame - in_frame : have - at;
      size_t stop = in_frame + step < before + job->size ? in_frame + step : before + job->size;
      if (stop > from)
        records_feed(&r, data + at + (from - in_frame), stop - from, arrived, out);
      in_frame = (unsigned)((in_frame + step) % frame);
      at += step;
    }
    if (r.seen >= job->count)
      break;
    struct pollfd p = {fd, POLLIN, 0};
    if (poll(&p, 1, 2000) != 1)
      break;
    ssize_t got = recv(fd, data, sizeof data, 0);
    if (got <= 0)
      break;
    have = (size_t)got;
    arrived = now_ns();
  }
  close(fd);
  return records_all(&r, job, out);
}

enum { BARE, DIRECT, QUEUED, CURL_EASY, CRONET, CRONET_DIRECT, PEERS };
static const char *const peer_name[PEERS] = {
    "bare poll and recv", "reqtask, direct", "reqtask, queued",
    "libcurl easy",       "Cronet",          "Cronet, direct"};
static const slice_fn run[PEERS] = {latency_bare, latency_ours,   latency_ours,
                                    latency_curl, latency_cronet, latency_cronet};
static const char *const figure[] = {
    "p50 µs", "p99 µs", "max µs", "p50 to bare", "p99 to bare", "p50 to libcurl", "p99 to libcurl"};

static void run_size(report_table *table, latency_job *job, unsigned rounds) {
  budget share = budget_share(job->size == EVENT_BYTES ? 2 : 1);
  samples p50[PEERS] = {{0}}, p99[PEERS] = {{0}}, most[PEERS] = {{0}};
  char what[48], name[96];
  snprintf(what, sizeof what, "%u B each millisecond", job->size);
  for (unsigned round = 0; budget_round(&share, round, rounds); round++)
    for (int p = 0; p < PEERS; p++) {
      /* Nobody's target is Cronet's here: the first half of the rounds does. */
      if (p >= CRONET && (2 * round > rounds || !cronet_peer_here()))
        continue;
      job->queued = p == QUEUED || p == CRONET;
      snprintf(name, sizeof name, "latency, %s, %s", what, peer_name[p]);
      const slice_out *out = slice_run(name, run[p], job, job->count / 250 + 10);
      if (!out) {
        report_note("%s: a slice failed", name);
        continue;
      }
      samples one = {0};
      samples_add_all(&one, out->sample[0], out->count[0]);
      samples_add(&p50[p], samples_part(&one, 0.5));
      samples_add(&p99[p], samples_part(&one, 0.99));
      samples_add(&most[p], samples_part(&one, 1));
      samples_free(&one);
    }
  for (int p = 0; p < PEERS; p++) {
    if (p50[p].count > 0) {
      report_row *row = report_add(table, what, peer_name[p]);
      report_set(row, 0, samples_median(&p50[p]));
      report_set(row, 1, samples_median(&p99[p]));
      report_set(row, 2, samples_part(&most[p], 1));
      report_set(row, 3, samples_ratio(&p50[p], &p50[BARE]));
      report_set(row, 4, samples_ratio(&p99[p], &p99[BARE]));
      report_set(row, 5, samples_ratio(&p50[p], &p50[CURL_EASY]));
      report_set(row, 6, samples_ratio(&p99[p], &p99[CURL_EASY]));
      for (int f = 3; p == DIRECT && f < 7; f++)
        report_limit(row, f, f < 5 ? 1.2 : 1.0);
    }
  }
  for (int p = 0; p < PEERS; p++)
    samples_free(&p50[p]), samples_free(&p99[p]), samples_free(&most[p]);
}

void latency_section(const server *from, bool full) {
  report_table *table =
      report_begin("P3", "latency", "Chunk latency: from the server's write to the program's hand",
                   figure, (int)(sizeof figure / sizeof *figure));
  latency_job job = {.count = full ? 2000 : 400, .port = from->http_port};
  static const unsigned sizes[] = {EVENT_BYTES, RECORD_MOST};
  for (size_t i = 0; i < 2; i++) {
    job.size = sizes[i];
    run_size(table, &job, full ? 9 : 5);
  }
  report_print(table);
  report_note("latency: queued delivery takes a change of threads that the others do not have, and "
              "is judged by no target");
  picture_bars(table, 3, "Half of the chunks arrive within, in times of bare: shorter is better", 0,
               " µs");
  picture_bars(table, 5, "The same, in times of libcurl", 0, " µs");
  picture_bars(table, 4, "99 of 100 arrive within, in times of bare: shorter is better", 1, " µs");
  picture_bars(table, 6, "The same, in times of libcurl", 1, " µs");
}

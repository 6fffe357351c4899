/* bulk_section.c - P2: a large download over plain TCP, with a content length from nginx, which
 * sends a file, and chunked from the blaster; see bulk.h. */
#include "blaster.h"
#include "bulk.h"
#include "nginx.h"
#include "peer_curl.h"
#include "peer_ureq.h"

#include <stdio.h>

static const bulk_goal goal = {.least_default = 1.2, .least_64k = 1.0};

/** From nginx where it is there. */
static void run_length(report_table *table, bulk_job job, unsigned most) {
  char path[32];
  nginx web = {0};
  budget share = budget_share(2);
  if (nginx_start_file(&web, job.bytes)) {
    job.port = web.port;
    job.path = "/file";
    bulk_case(table, "content-length, nginx", job, goal, &share, most);
    nginx_stop(&web);
  } else {
    report_note("bulk: nginx is not there, so the server is the benchmark's own");
    snprintf(path, sizeof path, "/length/%llu", (unsigned long long)job.bytes);
    job.path = path;
    bulk_case(table, "content-length", job, goal, &share, most);
  }
}

void bulk_section(const server *from, bool full) {
  (void)from;
  blaster b;
  char path[32];
  unsigned most = full ? 15 : 7;
  bulk_job job = {.bytes = full ? 1u << 30 : 256u << 20};
  if (!blaster_start(&b)) {
    report_note("bulk: skipped, its server did not start");
    return;
  }
  report_table *table = bulk_begin("P2", "bulk", "A large download: 1 GiB, in quick mode 256 MiB");
  job.port = b.port;
  run_length(table, job, most);
  budget share = budget_share(1);
  snprintf(path, sizeof path, "/chunked/%llu", (unsigned long long)job.bytes);
  job.path = path;
  job.chunked = true;
  bulk_case(table, "chunked, chunks of 16 KB", job, goal, &share, most);
  report_print(table);
  bulk_pictures(table);
  ureq_peer_note();
  blaster_stop(&b);
  if (!curl_peer_here())
    report_note("libcurl: skipped, its headers were not there to build with "
                "(apt-get install libcurl4-openssl-dev)");
}

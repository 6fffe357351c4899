/* cost.c - a fixed piece of work for counters: instructions (callgrind), system calls (strace),
 * allocations (count.c).
 *
 *   cost get|chunk|abort COUNT PORT
 *
 * get: so many keep-alive GETs, one after the other. chunk: one answer of so many chunks, each sent
 * only when the one before it was delivered. abort: so many requests, each aborted when its headers
 * were delivered. Each is the whole task: create, listen, start, deliver, complete, release.
 * Everything happens in a fixed order, and the bytes are checked; what the program does apart from
 * COUNT leaves a difference of two runs.
 */
#include <reqtask.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 60000, CHUNK = 20 };

typedef struct work {
  reqtask_client *client;
  const char *path;
  unsigned long count, port;
  int pacer; /* chunk only */
  sem_t headers;
  unsigned long answers, bytes;
  reqtask_status ended;
} work;

static void fail(const char *what) {
  char text[256] = "";
  reqtask_last_error(text, sizeof text);
  fprintf(stderr, "cost: %s: %s\n", what, text);
  exit(1);
}

/** Asks for one more chunk. */
static void pace(const work *w, const char *word) {
  if (send(w->pacer, word, strlen(word), MSG_NOSIGNAL) < 0)
    fail("the pacer's connection");
}

static void on_headers(void *user, const reqtask_headers_event *ev) {
  work *w = user;
  w->answers += ev->http_status == 200;
  if (w->pacer >= 0)
    pace(w, "P+");
  sem_post(&w->headers);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  work *w = user;
  w->bytes += ev->bytes.len;
  if (w->pacer < 0)
    return;
  if (w->bytes < w->count * CHUNK)
    pace(w, "+");
  else
    reqtask_abort(ev->task);
}

static void on_complete(void *user, const reqtask_complete_event *ev) {
  ((work *)user)->ended = ev->status;
}

static reqtask_id start(work *w) {
  char url[64];
  reqtask_request *request;
  reqtask_id id;
  snprintf(url, sizeof url, "http://127.0.0.1:%lu/%s", w->port, w->path);
  if (reqtask_request_new("GET", REQTASK_NTS, url, REQTASK_NTS, &request) != REQTASK_OK)
    fail("request");
  if (w->pacer >= 0) /* as a stream that goes on for hours wants it */
    reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0);
  if (reqtask_create(w->client, request, &id) != REQTASK_OK)
    fail("create");
  reqtask_request_free(request);
  if (reqtask_on_headers(id, on_headers, w, NULL, NULL) != REQTASK_OK ||
      reqtask_on_chunk(id, on_chunk, w, NULL, NULL) != REQTASK_OK ||
      reqtask_on_complete(id, on_complete, w, NULL, NULL) != REQTASK_OK ||
      reqtask_start(id) != REQTASK_OK)
    fail("start");
  return id;
}

static void end(const work *w, reqtask_id id, reqtask_status wanted) {
  if (reqtask_wait(id, WAIT_MS) != REQTASK_OK)
    fail("wait");
  reqtask_release(id);
  if (w->ended != wanted)
    fail("a task ended otherwise than meant");
}

static void gets(work *w) {
  w->path = "get";
  for (unsigned long i = 0; i < w->count; i++)
    end(w, start(w), REQTASK_OK);
  if (w->answers != w->count || w->bytes != w->count * 100)
    fail("other answers than meant");
}

static void chunks(work *w) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int one = 1;
  at.sin_port = htons((uint16_t)w->port);
  w->pacer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(w->pacer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(w->pacer, (struct sockaddr *)&at, sizeof at) != 0)
    fail("the pacer's connection");
  w->path = "paced";
  end(w, start(w), REQTASK_E_ABORTED);
  close(w->pacer);
  if (w->bytes != w->count * CHUNK)
    fail("other chunks than meant");
}

static void aborts(work *w) {
  w->path = "open";
  for (unsigned long i = 0; i < w->count; i++) {
    reqtask_id id = start(w);
    while (sem_wait(&w->headers) != 0)
      ;
    reqtask_abort(id);
    end(w, id, REQTASK_E_ABORTED);
  }
  if (w->answers != w->count)
    fail("other answers than meant");
}

int main(int argc, char **argv) {
  work w = {.pacer = -1};
  if (argc != 4)
    return 2;
  w.count = strtoul(argv[2], NULL, 10);
  w.port = strtoul(argv[3], NULL, 10);
  sem_init(&w.headers, 0, 0);
  if (reqtask_client_new(NULL, &w.client) != REQTASK_OK)
    fail("client");
  if (strcmp(argv[1], "get") == 0)
    gets(&w);
  else if (strcmp(argv[1], "chunk") == 0)
    chunks(&w);
  else if (strcmp(argv[1], "abort") == 0)
    aborts(&w);
  else
    return 2;
  reqtask_client_close(w.client, WAIT_MS);
  return 0;
}

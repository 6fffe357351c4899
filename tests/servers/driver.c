/*
 * driver.c - a client of the C API that does what it reads on standard input, and writes every
 * event as a line of JSON.
 *
 * So a test in Python can act between two events of a transfer: kill the server after the first
 * chunk, let the next event of a stream go when the one before has arrived. Each task has a
 * recorder of ffi-tests, which proves what holds for every task (headers once and first, no gap in
 * the chunks, one completion and nothing after it, destroy once); a breach makes the exit status 1.
 * Delivery is direct: events are written by the library's threads, as they happen.
 *
 * Commands, their words parted by tabs:
 *   client NAME [OPTION...]              makes a client
 *   go CLIENT ID METHOD URL [OPTION...]  makes a task and starts it
 *   abort ID | pause ID | resume ID      acts on a task
 * OPTION: u29=1 and s1002=text set that option; roots=FILE adds certificates, h=name: value a
 * header, body=FILE the body; save=FILE writes the answer's body; tell=chunks and tell=progress
 * write these events too; tell=abort aborts at the first progress.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "harness.h"
#include "recorder.h"
#include "sha256.h"
#include "text.h"

enum { WORDS_MAX = 64, WINDOW_MS = 10000 };

typedef struct client {
  char *name;
  reqtask_client *made;
  struct client *next;
} client;

typedef struct job {
  char *id;
  reqtask_id task;
  recorder *rec;
  char *save; /* NULL: nowhere */
  bool tell_chunks, tell_progress, abort_sending;
  struct job *next;
} job;

static client *clients;
static job *jobs;
/* Guards standard output: listeners of several tasks run at the same time. */
static pthread_mutex_t out_lock = PTHREAD_MUTEX_INITIALIZER;

static char *keep(const char *text) {
  char *copy = strdup(text);
  NEED(copy != NULL);
  return copy;
}

/** Opens a line for an event of this task; the lock is held until end_line. */
static void begin_line(const job *j, const char *event) {
  pthread_mutex_lock(&out_lock);
  fputs("{\"id\":", stdout);
  json_string(stdout, j->id, strlen(j->id));
  printf(",\"event\":\"%s\"", event);
}

static void end_line(void) {
  fputs("}\n", stdout);
  fflush(stdout);
  pthread_mutex_unlock(&out_lock);
}

static void put_text(const char *key, reqtask_str value) {
  printf(",\"%s\":", key);
  json_string(stdout, value.ptr, value.len);
}

static void save_body(const job *j) {
  FILE *file = fopen(j->save, "wb");
  NEED(file != NULL);
  CHECK_INT(j->rec->body_len, fwrite(j->rec->body, 1, j->rec->body_len, file));
  fclose(file);
}

static void tell_answer(const reqtask_response *response) {
  reqtask_response_info info = {.struct_size = sizeof info};
  reqtask_timing timing = {.struct_size = sizeof timing};
  CHECK_OK(reqtask_response_read(response, &info));
  CHECK_OK(reqtask_response_timing(response, &timing));
  printf(",\"http\":%" PRIu32 ",\"version\":%" PRIu32 ",\"redirects\":%" PRIu32
         ",\"reused\":%" PRIu32,
         info.http_status, info.http_version, info.redirects, timing.connection_reused);
  printf(",\"bytes_sent\":%" PRIu64 ",\"bytes_received\":%" PRIu64, timing.bytes_sent,
         timing.bytes_received);
  put_text("url", info.url);
  put_text("peer", info.peer);
  fputs(",\"headers\":[", stdout);
  for (size_t i = 0; i < info.header_count; i++) {
    fputs(i ? ",[" : "[", stdout);
    json_string(stdout, info.headers[i].name.ptr, info.headers[i].name.len);
    fputc(',', stdout);
    json_string(stdout, info.headers[i].value.ptr, info.headers[i].value.len);
    fputc(']', stdout);
  }
  fputc(']', stdout);
}

static void tell_complete(job *j, const reqtask_complete_event *ev) {
  recorder *rec = j->rec;
  sha256 hash;
  char hex[65];
  sha256_init(&hash);
  if (rec->body_len > 0)
    sha256_update(&hash, rec->body, rec->body_len);
  sha256_hex(&hash, hex);
  if (j->save)
    save_body(j);
  begin_line(j, "complete");
  printf(",\"status\":\"%s\",\"phase\":%" PRIu32 ",\"os_error\":%" PRId32, status_name(ev->status),
         ev->phase, ev->os_error);
  put_text("message", ev->message);
  printf(",\"len\":%zu,\"sha256\":\"%s\",\"chunks\":%zu", rec->body_len, hex,
         rec->counts[REQTASK_EVENT_CHUNK]);
  if (ev->response)
    tell_answer(ev->response);
  end_line();
  free(rec->body); /* nothing comes after this event */
  rec->body = NULL;
}

static void on_event(recorder *rec, uint32_t kind, const void *event, void *arg) {
  job *j = arg;
  if (kind == REQTASK_EVENT_HEADERS) {
    begin_line(j, "headers");
    printf(",\"http\":%" PRIu32, rec->http_status);
    end_line();
  } else if (kind == REQTASK_EVENT_CHUNK && j->tell_chunks) {
    const reqtask_chunk_event *ev = event;
    begin_line(j, "chunk");
    printf(",\"at\":%" PRIu64 ",\"len\":%zu", ev->offset, ev->bytes.len);
    end_line();
  } else if (kind == REQTASK_EVENT_PROGRESS && j->abort_sending) {
    CHECK_OK(reqtask_abort(j->task)); /* no later event of this kind comes */
  } else if (kind == REQTASK_EVENT_PROGRESS && j->tell_progress) {
    const reqtask_progress_event *ev = event;
    begin_line(j, "progress");
    printf(",\"sent\":%" PRId64 ",\"received\":%" PRId64, ev->sent, ev->received);
    end_line();
  } else if (kind == REQTASK_EVENT_COMPLETE) {
    tell_complete(j, event);
  }
}

/* ---------------------------------------------------------------- commands */

static char *whole_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  NEED(file != NULL);
  NEED(fseek(file, 0, SEEK_END) == 0);
  long size = ftell(file);
  NEED(size >= 0);
  rewind(file);
  char *bytes = malloc((size_t)size + 1);
  NEED(bytes != NULL);
  CHECK_INT(size, fread(bytes, 1, (size_t)size, file));
  fclose(file);
  *len = (size_t)size;
  return bytes;
}

static void make_client(char **words, size_t count) {
  reqtask_config *config = NULL;
  NEED_OK(reqtask_config_new(&config));
  for (size_t i = 2; i < count; i++) {
    char *value = strchr(words[i], '=');
    NEED(value != NULL);
    *value++ = '\0';
    if (strcmp(words[i], "roots") == 0) {
      size_t len;
      char *pem = whole_file(value, &len);
      NEED_OK(reqtask_config_set_str(config, REQTASK_OPT_ROOTS_PEM, pem, len));
      free(pem);
    } else if (words[i][0] == 'u') {
      NEED_OK(
          reqtask_config_set_u64(config, (uint32_t)atoi(words[i] + 1), strtoull(value, NULL, 10)));
    } else {
      NEED_OK(reqtask_config_set_str(config, (uint32_t)atoi(words[i] + 1), value, REQTASK_NTS));
    }
  }
  client *c = calloc(1, sizeof *c);
  NEED(c != NULL);
  c->name = keep(words[1]);
  NEED_OK(reqtask_client_new(config, &c->made));
  reqtask_config_free(config);
  c->next = clients;
  clients = c;
}

static void apply(job *j, reqtask_request *request, char *option) {
  char *value = strchr(option, '=');
  NEED(value != NULL);
  *value++ = '\0';
  if (strcmp(option, "h") == 0) {
    char *colon = strchr(value, ':');
    NEED(colon != NULL);
    NEED_OK(reqtask_request_add_header(request, value, (size_t)(colon - value), colon + 1,
                                       REQTASK_NTS));
  } else if (strcmp(option, "body") == 0) {
    size_t len;
    char *bytes = whole_file(value, &len);
    NEED_OK(reqtask_request_set_body(request, bytes, len, bytes, free));
  } else if (strcmp(option, "save") == 0) {
    j->save = keep(value);
  } else if (strcmp(option, "tell") == 0) {
    j->abort_sending |= strcmp(value, "abort") == 0;
    j->tell_chunks |= strcmp(value, "chunks") == 0;
    j->tell_progress |= strcmp(value, "progress") == 0;
  } else if (option[0] == 'u') {
    NEED_OK(
        reqtask_request_set_u64(request, (uint32_t)atoi(option + 1), strtoull(value, NULL, 10)));
  } else {
    NEED_OK(reqtask_request_set_str(request, (uint32_t)atoi(option + 1), value, REQTASK_NTS));
  }
}

static void go(char **words, size_t count) {
  client *c = clients;
  while (c && strcmp(c->name, words[1]) != 0)
    c = c->next;
  NEED(c != NULL);
  job *j = calloc(1, sizeof *j);
  NEED(j != NULL);
  j->id = keep(words[2]);
  j->rec = recorder_new();
  j->rec->hook = on_event;
  j->rec->hook_arg = j;
  reqtask_request *request = NULL;
  NEED_OK(reqtask_request_new(words[3], REQTASK_NTS, words[4], REQTASK_NTS, &request));
  NEED_OK(reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0)); /* the recorder keeps it */
  for (size_t i = 5; i < count; i++)
    apply(j, request, words[i]);
  NEED_OK(reqtask_create(c->made, request, &j->task));
  reqtask_request_free(request);
  recorder_attach(j->rec, j->task);
  j->next = jobs;
  jobs = j;
  NEED_OK(reqtask_start(j->task));
}

static void act(char **words) {
  job *j = jobs;
  while (j && strcmp(j->id, words[1]) != 0)
    j = j->next;
  NEED(j != NULL);
  if (strcmp(words[0], "abort") == 0)
    CHECK_OK(reqtask_abort(j->task));
  else if (strcmp(words[0], "pause") == 0)
    CHECK_OK(reqtask_pause(j->task));
  else
    CHECK_OK(reqtask_resume(j->task));
}

static void close_all(void) {
  for (job *j = jobs; j; j = j->next)
    CHECK_OK(reqtask_release(j->task));
  while (clients) {
    client *c = clients;
    clients = c->next;
    CHECK_OK(reqtask_client_close(c->made, WINDOW_MS));
    free(c->name);
    free(c);
  }
  while (jobs) {
    job *j = jobs;
    jobs = j->next;
    recorder_free(j->rec);
    free(j->id);
    free(j->save);
    free(j);
  }
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  ssize_t len;
  while ((len = getline(&line, &room, stdin)) > 0) {
    char *words[WORDS_MAX], *rest = NULL;
    size_t count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *word = strtok_r(line, "\t", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, "\t", &rest))
      words[count++] = word;
    if (count >= 2 && strcmp(words[0], "client") == 0)
      make_client(words, count);
    else if (count >= 5 && strcmp(words[0], "go") == 0)
      go(words, count);
    else if (count == 2)
      act(words);
    else
      NEED(!"a command that is not known");
  }
  free(line);
  close_all();
  return failures_so_far() > 0 ? 1 : 0;
}

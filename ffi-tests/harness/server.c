/*
 * server.c - see server.h. Control requests are HTTP/1.0: one connection each, read to its end.
 */
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *ready_word(const char *name) {
  const char *line = getenv("REQTASK_TEST_SERVER");
  NEED(line != NULL); /* set by ffi-tests/run */
  size_t len = strlen(name);
  for (const char *at = line; (at = strchr(at, ' ')) != NULL;) {
    at++;
    if (strncmp(at, name, len) == 0 && at[len] == '=')
      return at + len + 1;
  }
  return NULL;
}

unsigned server_port(const char *name) {
  const char *word = ready_word(name);
  return word ? (unsigned)strtoul(word, NULL, 10) : 0;
}

const char *server_ca(void) {
  const char *word = ready_word("ca");
  NEED(word != NULL);
  return text("%.*s", (int)strcspn(word, " \n"), word);
}

const char *url_at(unsigned port, const char *path) {
  return text("http://127.0.0.1:%u%s", port, path);
}

const char *url_on(const char *port_name, const char *path) {
  static const char *const tls[] = {"https", "expired", "wrong-host", "untrusted"};
  unsigned port = server_port(port_name);
  NEED(port != 0);
  for (size_t i = 0; i < COUNT_OF(tls); i++)
    if (strcmp(port_name, tls[i]) == 0)
      return text("https://localhost:%u%s", port, path);
  return url_at(port, path);
}

const char *script_path(const char *tag, ...) {
  va_list args;
  size_t len = strlen(tag) + 16;
  va_start(args, tag);
  for (const char *step; (step = va_arg(args, const char *)) != NULL;)
    len += 3 * strlen(step) + 1;
  va_end(args);
  char *out = arena(len);
  char *at = out + sprintf(out, "/script/%s", tag);
  char joint = '?';
  va_start(args, tag);
  for (const char *step; (step = va_arg(args, const char *)) != NULL; joint = '&') {
    *at++ = joint;
    for (; *step; step++) {
      unsigned char c = (unsigned char)*step;
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')
        *at++ = (char)c;
      else
        at += sprintf(at, "%%%02X", c);
    }
  }
  va_end(args);
  *at = 0;
  return out;
}

static char *exchange(const char *path, const char *body) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((uint16_t)server_port("http"))};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  NEED(fd >= 0);
  NEED(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  char *request =
      text("POST %s HTTP/1.0\r\ncontent-length: %zu\r\n\r\n%s", path, strlen(body), body);
  size_t len = strlen(request);
  for (size_t sent = 0; sent < len;) {
    ssize_t n = send(fd, request + sent, len - sent, MSG_NOSIGNAL);
    NEED(n > 0);
    sent += (size_t)n;
  }
  size_t have = 0;
  size_t room = 65536;
  char *answer = malloc(room);
  NEED(answer != NULL);
  for (;;) {
    if (have + 1 == room) {
      answer = realloc(answer, room *= 2);
      NEED(answer != NULL);
    }
    ssize_t n = recv(fd, answer + have, room - have - 1, 0);
    NEED(n >= 0);
    if (n == 0)
      break;
    have += (size_t)n;
  }
  close(fd);
  answer[have] = 0;
  char *end = strstr(answer, "\r\n\r\n");
  NEED(end != NULL);
  if (strncmp(answer, "HTTP/1.1 200", 12) != 0) {
    printf("# the server on %s: %.*s %s\n", path, (int)strcspn(answer, "\r"), answer, end + 4);
    FAIL("that the server did as it was told");
  }
  char *out = text("%s", end + 4);
  free(answer);
  return out;
}

char *control(const char *format, ...) {
  char path[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(path, sizeof path, format, args);
  va_end(args);
  waiting_for(text("the server's answer to %s", path));
  return exchange(path, "");
}

char *control_with(const char *body, const char *format, ...) {
  char path[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(path, sizeof path, format, args);
  va_end(args);
  return exchange(path, body);
}

unsigned server_listen(const char *kind) {
  return (unsigned)strtoul(control("/_listen?kind=%s", kind), NULL, 10);
}

unsigned server_listen_script(const char *steps) {
  return (unsigned)strtoul(control_with(steps, "/_listen?kind=script"), NULL, 10);
}

static const char *path_of(const char *tag_or_path) {
  return strchr(tag_or_path, '/') ? tag_or_path : text("/script/%s", tag_or_path);
}

char *server_wait(const char *event, const char *tag_or_path) {
  return control("/_wait?event=%s&path=%s&timeout_ms=%d", event, path_of(tag_or_path),
                 (int)(25000 * patience()));
}

void server_open(const char *gate) { control("/_open/%s", gate); }

int server_count(const char *event, const char *tag_or_path) {
  const char *lines = control("/_log?event=%s&path=%s", event, path_of(tag_or_path));
  int count = 0;
  for (const char *at = lines; (at = strchr(at, '\n')) != NULL; at++)
    count++;
  return count;
}

int64_t json_int(const char *line, const char *key) {
  const char *at = strstr(line, text("\"%s\":", key));
  NEED(at != NULL);
  return strtoll(at + strlen(key) + 3, NULL, 10);
}

/* server.c - the other side of cost.c: answers at once, or one chunk for each byte that the pacer's
 * connection brings. A process of its own, so that its work is never counted.
 *
 *   GET /get    200 with 100 bytes, persistent
 *   GET /open   the head of a chunked answer, then nothing until the client goes
 *   GET /paced  the same, and a chunk of 20 bytes for each byte that came on a connection that
 * began with "P"
 *
 * Prints its port, and ends when its standard input does. Every answer is one send(), so that a
 * client always reads the same pieces.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Long enough for a client to have gone to sleep, so that it always meets a chunk in the same
 * state. One that is slower spends less. */
enum { CONNECTIONS = 16, BUFFER = 4096, CLIENT_SLEEPS_US = 300 };

#define BODY                                                                                       \
  "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123" \
  "456789"
static const char answer[] = "HTTP/1.1 200 OK\r\nserver: cost\r\ncontent-type: "
                             "text/plain\r\ncontent-length: 100\r\n\r\n" BODY;
static const char head[] = "HTTP/1.1 200 OK\r\nserver: cost\r\ntransfer-encoding: chunked\r\n\r\n";
static const char chunk[] = "14\r\n01234567890123456789\r\n";

static struct pollfd fds[2 + CONNECTIONS]; /* standard input, the listening socket, connections */
static bool is_pacer[2 + CONNECTIONS];
static int paced = -1;

static void say(int fd, const char *text, size_t len) {
  if (send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len && fd == paced)
    paced = -1;
}

static void take(int listener) {
  int fd = accept(listener, NULL, NULL), one = 1;
  for (int i = 2; fd >= 0 && i < 2 + CONNECTIONS; i++)
    if (fds[i].fd < 0) {
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      fds[i].fd = fd;
      is_pacer[i] = false;
      return;
    }
  if (fd >= 0)
    close(fd);
}

/** A client sends the whole head of its request at once, and no second one before the answer. */
static void serve(int i) {
  char in[BUFFER];
  int fd = fds[i].fd;
  ssize_t n = recv(fd, in, sizeof in, 0);
  if (n <= 0) {
    close(fd);
    fds[i].fd = -1;
    if (fd == paced)
      paced = -1;
  } else if (in[0] == 'P' || is_pacer[i]) {
    ssize_t asked = is_pacer[i] ? n : n - 1;
    is_pacer[i] = true;
    for (; asked > 0 && paced >= 0; asked--) {
      usleep(CLIENT_SLEEPS_US);
      say(paced, chunk, sizeof chunk - 1);
    }
  } else if (strncmp(in, "GET /get ", 9) == 0) {
    say(fd, answer, sizeof answer - 1);
  } else {
    if (strncmp(in, "GET /paced ", 11) == 0)
      paced = fd;
    say(fd, head, sizeof head - 1);
  }
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof at;
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
      listen(listener, CONNECTIONS) != 0 ||
      getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
    perror("cost server");
    return 1;
  }
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (int i = 0; i < 2 + CONNECTIONS; i++)
    fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
  fds[0].fd = STDIN_FILENO;
  fds[1].fd = listener;
  while (poll(fds, 2 + CONNECTIONS, -1) > 0) {
    if (fds[0].revents)
      return 0;
    for (int i = 2; i < 2 + CONNECTIONS; i++)
      if (fds[i].fd >= 0 && fds[i].revents)
        serve(i);
    if (fds[1].revents)
      take(listener);
  }
  return 1;
}

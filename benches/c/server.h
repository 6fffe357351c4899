/* server.h - the server of the benchmark: a child process of its own, never counted as the client's
 * CPU.
 *
 * Paths of its HTTP port:
 *   /get               200 with GET_BODY bytes, persistent
 *   /silent            reads the request and answers nothing
 *   /stream            head of a chunked answer, then silence until server_events
 *   /flood             a chunked answer without end
 *   /drip/SIZE/COUNT   COUNT chunks of SIZE bytes, one each millisecond, each a record
 * The mute port accepts and never reads; it only looks whether something has come. A record begins
 * with eight bytes: the sender's clock (now_ns) just before it wrote.
 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { GET_BODY = 100, EVENT_BYTES = 20, RECORD_MOST = 1024 };

/** What the server has seen, in memory shared with it. Only ever grows, streams_open apart. */
typedef struct server_seen {
  atomic_uint mute_heard, heads_read, streams_open, events_sent;
} server_seen;

typedef struct server {
  pid_t pid;
  int command; /* write end */
  unsigned http_port, mute_port;
  server_seen *seen;
} server;

bool server_start(server *s);
void server_stop(server *s);

/** Sends one record of EVENT_BYTES to each open stream in turn, `rounds` times, with a nap of
 * gap_us after each. */
bool server_events(const server *s, unsigned rounds, unsigned gap_us);

/** Waits until *seen reaches at_least, for two seconds at most. */
bool server_wait(const atomic_uint *seen, unsigned at_least);

/** A listening TCP socket on 127.0.0.1 with a port of the system's choice. */
int server_listen(int backlog, unsigned *port);

/** One chunk of HTTP/1.1's chunked coding that holds a record of size bytes, stamped now; returns
 * its length. out has room for RECORD_MOST + 16. */
size_t server_record(char *out, size_t size);

/** Serves /flood and /drip: threads that write until done or until the client has gone, then close.
 */
void server_flood(int fd);
void server_drip(int fd, unsigned size, unsigned count);

#endif

/* A network between two devices: each packet leaves when those before it have left, at the link's
 * rate, and comes out at the other side a delay later; a short queue stands before it, and what
 * finds that full is lost. */
#include "carrier.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
  PACKET_MOST = 2048,
  ON_THE_WAY_MOST = 4096,
  /* A queue of as much as is sent in this time, as a device of the home has. */
  QUEUE_US = 400 * 1000
};

typedef struct packet {
  int64_t arrives_us;
  size_t len;
  char bytes[PACKET_MOST];
} packet;

/* One way: a ring in the order of arrival. */
typedef struct lane {
  packet *ring;
  size_t first, count;
  int64_t free_us; /* when the last packet will have left */
} lane;

static uint64_t state_of_chance;

static uint32_t chance_ppm(void) {
  uint64_t z = state_of_chance += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ z >> 31) % 1000000);
}

static void take(link_state *link, lane *way, int from) {
  for (;;) {
    char spare[PACKET_MOST];
    bool room = way->count < ON_THE_WAY_MOST;
    packet *p = room ? &way->ring[(way->first + way->count) % ON_THE_WAY_MOST] : NULL;
    ssize_t n = read(from, room ? p->bytes : spare, PACKET_MOST);
    if (n <= 0)
      return;
    int64_t now = now_us();
    uint32_t rate = atomic_load(&link->bytes_per_s);
    int64_t leaves = way->free_us > now ? way->free_us : now;
    bool lost = !room || atomic_load(&link->dead) || chance_ppm() < atomic_load(&link->loss_ppm) ||
                leaves - now > QUEUE_US;
    if (lost) {
      atomic_fetch_add(&link->lost, 1);
      continue;
    }
    way->free_us = leaves + (rate == 0 ? 0 : (int64_t)n * 1000000 / rate);
    p->arrives_us = way->free_us + (int64_t)atomic_load(&link->delay_ms) * 1000;
    p->len = (size_t)n;
    way->count++;
  }
}

/* Hands over what has arrived; when the next will, or -1. */
static int64_t deliver(link_state *link, lane *way, int to) {
  while (way->count > 0) {
    packet *p = &way->ring[way->first];
    if (p->arrives_us > now_us())
      return p->arrives_us;
    if (!atomic_load(&link->dead) && write(to, p->bytes, p->len) > 0)
      atomic_fetch_add(&link->carried, 1);
    else
      atomic_fetch_add(&link->lost, 1);
    way->first = (way->first + 1) % ON_THE_WAY_MOST;
    way->count--;
  }
  return -1;
}

static void carry(link_state *link, const int ends[2]) {
  lane ways[2] = {0};
  for (int i = 0; i < 2; i++)
    if ((ways[i].ring = calloc(ON_THE_WAY_MOST, sizeof(packet))) == NULL)
      abort();
  for (;;) {
    int64_t next = -1;
    for (int i = 0; i < 2; i++) {
      int64_t at = deliver(link, &ways[i], ends[1 - i]);
      if (at >= 0 && (next < 0 || at < next))
        next = at;
    }
    struct pollfd fds[2] = {{.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLIN}};
    int64_t left = next < 0 ? -1 : next - now_us();
    struct timespec sleep = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
    if (left > 0 || next < 0)
      ppoll(fds, 2, next < 0 ? NULL : &sleep, NULL);
    for (int i = 0; i < 2; i++)
      take(link, &ways[i], ends[i]);
  }
}

void carrier_start(link_state *link, int ends[2], unsigned long seed) {
  state_of_chance = seed;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0)
    abort();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
      carry(link, ends);
    _exit(1);
  }
  close(ends[0]);
  close(ends[1]);
}

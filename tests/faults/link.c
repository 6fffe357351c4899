/* Namespaces and devices; see link.h. What carries the packets is in carrier.c. */
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "carrier.h"
#include "origin.h"

static struct sockaddr *address_of(struct ifreq *request, const char *text) {
  struct sockaddr_in *at = (struct sockaddr_in *)(void *)&request->ifr_addr;
  memset(at, 0, sizeof *at);
  at->sin_family = AF_INET;
  inet_pton(AF_INET, text, &at->sin_addr);
  return &request->ifr_addr;
}

/* Gives an interface, or the alias NAME:N of one, an address in a /16 network. */
static bool configure(const char *name, const char *address) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return false;
  struct ifreq request = {0};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  address_of(&request, address);
  bool good = ioctl(fd, SIOCSIFADDR, &request) == 0;
  address_of(&request, "255.255.0.0");
  good = good && ioctl(fd, SIOCSIFNETMASK, &request) == 0;
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  good = good && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  close(fd);
  return good;
}

/* A TUN device in this process's network namespace. */
static int tun(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return -1;
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(fd, TUNSETIFF, &request) == 0)
    return fd;
  close(fd);
  return -1;
}

static bool enter_new_network(void) {
  return unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

/* A server that answers at the addresses of so many plans. */
static bool configure_server(const shared *all, unsigned addresses) {
  char name[IFNAMSIZ], address[20];
  snprintf(address, sizeof address, "%s.1.1", all->network);
  bool good = configure("server", address);
  for (unsigned i = 1; i <= addresses; i++) {
    snprintf(name, sizeof name, "server:%u", i);
    snprintf(address, sizeof address, "%s.%u.%u", all->network, ADDRESS_LOW + i / ADDRESS_ROW,
             ADDRESS_LOW + i % ADDRESS_ROW);
    good = good && configure(name, address);
  }
  return good;
}

link_state *link_open(shared *all, unsigned addresses, unsigned long seed, const char **why) {
  static char reason[100];
  *why = reason;
  link_state *state =
      mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (state == MAP_FAILED)
    abort();
  strcpy(all->network, "10.77");
  const char *step = "no network namespace";
  int ends[2] = {-1, -1};
  bool good = enter_new_network();
  if (good) {
    step = "no TUN device";
    good = (ends[0] = tun("server")) >= 0;
  }
  if (good) {
    step = "no addresses";
    good = configure_server(all, addresses);
  }
  if (good) {
    origin_start(all);
    step = "no second network namespace with a TUN device";
    good =
        enter_new_network() && (ends[1] = tun("client")) >= 0 && configure("client", "10.77.2.1");
  }
  if (!good) {
    snprintf(reason, sizeof reason, "%s (%s)", step, strerror(errno));
    return NULL;
  }
  carrier_start(state, ends, seed);
  return state;
}

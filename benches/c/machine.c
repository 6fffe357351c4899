/* machine.c - see machine.h. */
#include "machine.h"

#include "peer_cronet.h"
#include "peer_curl.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <reqtask.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/** The first line of a program's output, or "" . */
static void first_line(const char *command, char *out, size_t room) {
  out[0] = '\0';
  FILE *lines = popen(command, "r");
  if (!lines)
    return;
  if (!fgets(out, (int)room, lines))
    out[0] = '\0';
  out[strcspn(out, "\n")] = '\0';
  pclose(lines);
}

static void processor(char *out, size_t room) {
  char name[200];
  first_line("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo", name, sizeof name);
  snprintf(out, room, "%s, %ld processors", name, sysconf(_SC_NPROCESSORS_ONLN));
}

void machine_line(char *out, size_t room) {
  char cpu[240], date[32];
  time_t now = time(NULL);
  processor(cpu, sizeof cpu);
  strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
  /* libcurl's sentence begins with its own name and version. */
  const char *curl = curl_peer_here() ? curl_peer_version() : "no libcurl";
  snprintf(out, room, "reqtask %s · %.*s · %s · %s", reqtask_version(), (int)strcspn(curl, " "),
           curl, cpu, date);
}

void machine_describe(FILE *to, const char *format) {
  char text[256];
  time_t now = time(NULL);
  strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", gmtime(&now));
  fprintf(to, format, "date", text);
  processor(text, sizeof text);
  fprintf(to, format, "processor", text);
  struct utsname system;
  if (uname(&system) == 0) {
    snprintf(text, sizeof text, "%.60s %.60s %.60s", system.sysname, system.release,
             system.machine);
    fprintf(to, format, "system", text);
  }
  double load[3];
  if (getloadavg(load, 3) == 3) {
    snprintf(text, sizeof text, "%.2f %.2f %.2f (1, 5, 15 minutes, at the end of the run)", load[0],
             load[1], load[2]);
    fprintf(to, format, "load", text);
  }
  fprintf(to, format, "reqtask", reqtask_version());
  fprintf(to, format, "libcurl", curl_peer_version());
  fprintf(to, format, "Cronet", cronet_peer_version());
  if (machine_has("nginx")) {
    first_line("nginx -v 2>&1", text, sizeof text);
    fprintf(to, format, "nginx", text);
  }
  first_line("rustc --version 2>/dev/null", text, sizeof text);
  if (text[0])
    fprintf(to, format, "rustc", text);
  fprintf(to, format, "C compiler", __VERSION__);
}

bool machine_has(const char *program) {
  const char *path = getenv("PATH");
  while (path && *path) {
    size_t len = strcspn(path, ":");
    char file[512];
    snprintf(file, sizeof file, "%.*s/%s", (int)len, path, program);
    if (access(file, X_OK) == 0)
      return true;
    path += len + (path[len] == ':');
  }
  return false;
}

const char *machine_program(const char *name, char *out, size_t room) {
  ssize_t len = readlink("/proc/self/exe", out, room - 1);
  out[len > 0 ? len : 0] = '\0';
  char *last = strrchr(out, '/');
  if (last && name)
    snprintf(last + 1, room - (size_t)(last + 1 - out), "%s", name);
  return out;
}

void machine_raise_files(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

bool machine_silence_dns(const char **why) {
  /* The whole of 127/8 is loopback; this address collides with no name server in use. */
  static const char server[] = "127.77.0.53";
  int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(53)};
  inet_pton(AF_INET, server, &at.sin_addr);
  *why = "no right to bind port 53 for a silent name server";
  if (udp < 0 || bind(udp, (struct sockaddr *)&at, sizeof at) != 0) {
    if (udp >= 0)
      close(udp);
    return false;
  }
  char file[] = "/tmp/bench-resolv-XXXXXX";
  int fd = mkstemp(file);
  *why = "no right to a mount namespace for a resolv.conf of our own";
  bool done = fd >= 0 && dprintf(fd, "nameserver %s\noptions timeout:1 attempts:1\n", server) > 0 &&
              unshare(CLONE_NEWNS) == 0 &&
              mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
              mount(file, "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0;
  if (fd >= 0) {
    close(fd);
    unlink(file);
  }
  if (!done)
    close(udp);
  return done;
}

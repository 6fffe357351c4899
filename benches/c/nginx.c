/* nginx.c - see nginx.h. */
#include "nginx.h"

#include "clock.h"
#include "machine.h"
#include "peer_bare.h"
#include "server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_configuration(const nginx *n, const char *servers, char *path, size_t room) {
  snprintf(path, room, "%s/nginx.conf", n->folder);
  FILE *to = fopen(path, "w");
  if (!to)
    return false;
  fprintf(to,
          "worker_processes 1;\ndaemon off;\nmaster_process off;\npid %s/pid;\n"
          "error_log stderr crit;\nevents { worker_connections 32768; }\n"
          "http {\n  access_log off;\n  tcp_nodelay on;\n  keepalive_timeout 600;\n"
          "  keepalive_requests 1000000000;\n",
          n->folder);
  static const char *const kinds[] = {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    fprintf(to, "  %s_temp_path %s/%s;\n", kinds[i], n->folder, kinds[i]);
  fprintf(to, "%s}\n", servers);
  return fclose(to) == 0;
}

bool nginx_prepare(nginx *n) {
  if (!machine_has("nginx"))
    return false;
  snprintf(n->folder, sizeof n->folder, "/tmp/bench-nginx-XXXXXX");
  if (!mkdtemp(n->folder)) {
    n->folder[0] = '\0';
    return false;
  }
  close(server_listen(1, &n->port)); /* a free port */
  return true;
}

bool nginx_start(nginx *n) {
  char body[GET_BODY + 1], servers[GET_BODY + 256];
  memset(body, 'g', GET_BODY);
  body[GET_BODY] = '\0';
  if (!nginx_prepare(n))
    return false;
  snprintf(servers, sizeof servers,
           "  server {\n    listen 127.0.0.1:%u backlog=4096;\n"
           "    location / { default_type text/plain; return 200 \"%s\"; }\n  }\n",
           n->port, body);
  return nginx_run(n, servers);
}

bool nginx_start_file(nginx *n, unsigned long long bytes) {
  char servers[256];
  if (!nginx_prepare(n) || !nginx_file(n, "file", bytes))
    return false;
  snprintf(servers, sizeof servers, "  sendfile on;\n  server { listen 127.0.0.1:%u; root %s; }\n",
           n->port, n->folder);
  return nginx_run(n, servers);
}

bool nginx_file(const nginx *n, const char *name, unsigned long long bytes) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", n->folder, name);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0)
    return false;
  bool done = ftruncate(fd, (off_t)bytes) == 0;
  return close(fd) == 0 && done;
}

bool nginx_run(nginx *n, const char *servers) {
  char path[128];
  if (!write_configuration(n, servers, path, sizeof path))
    return false;
  n->pid = fork();
  if (n->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDERR_FILENO); /* its alert about the default log folder */
    execlp("nginx", "nginx", "-p", n->folder, "-c", path, (char *)NULL);
    _exit(127);
  }
  for (int i = 0; n->pid > 0 && i < 200; i++) {
    int fd = bare_connect(n->port);
    if (fd >= 0) {
      close(fd);
      return true;
    }
    if (waitpid(n->pid, NULL, WNOHANG) != 0)
      return false;
    nap_us(10000);
  }
  nginx_stop(n);
  return false;
}

void nginx_stop(nginx *n) {
  if (n->pid > 0) {
    kill(n->pid, SIGTERM);
    waitpid(n->pid, NULL, 0);
  }
  if (!n->folder[0])
    return;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", n->folder);
  if (system(command) != 0)
    fprintf(stderr, "bench: %s remains\n", n->folder);
}

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

static bool write_configuration(const nginx *n, char *path, size_t room) {
  char body[GET_BODY + 1];
  memset(body, 'g', GET_BODY);
  body[GET_BODY] = '\0';
  snprintf(path, room, "%s/nginx.conf", n->folder);
  FILE *to = fopen(path, "w");
  if (!to)
    return false;
  fprintf(to,
          "worker_processes 1;\ndaemon off;\nmaster_process off;\npid %s/pid;\n"
          "error_log stderr crit;\nevents { worker_connections 4096; }\n"
          "http {\n  access_log off;\n  tcp_nodelay on;\n  keepalive_timeout 600;\n"
          "  keepalive_requests 1000000000;\n",
          n->folder);
  static const char *const kinds[] = {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    fprintf(to, "  %s_temp_path %s/%s;\n", kinds[i], n->folder, kinds[i]);
  fprintf(to,
          "  server {\n    listen 127.0.0.1:%u backlog=4096;\n"
          "    location / { default_type text/plain; return 200 \"%s\"; }\n  }\n}\n",
          n->port, body);
  return fclose(to) == 0;
}

bool nginx_start(nginx *n) {
  char path[128];
  if (!machine_has("nginx"))
    return false;
  snprintf(n->folder, sizeof n->folder, "/tmp/bench-nginx-XXXXXX");
  if (!mkdtemp(n->folder))
    return false;
  close(server_listen(1, &n->port)); /* a free port */
  if (!write_configuration(n, path, sizeof path))
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
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", n->folder);
  if (system(command) != 0)
    fprintf(stderr, "bench: %s remains\n", n->folder);
}

/* tls_server.c - nginx with TLS 1.3 and certificates that openssl has just made; see tls.h. */
#include "tls.h"

#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CIPHER "TLS_AES_256_GCM_SHA384" /* what rustls and OpenSSL both prefer */
#define CURVE "X25519"

const char tls_parameters[] =
    "TLS 1.3, " CIPHER ", " CURVE ", ECDSA P-256 certificate below a P-256 authority";

/** An authority, and a certificate for 127.0.0.1 that it has signed. */
static bool make_certificates(const char *folder) {
  char command[1536];
  snprintf(
      command, sizeof command,
      "cd '%s' && exec >/dev/null 2>&1 && key='-algorithm EC -pkeyopt ec_paramgen_curve:P-256' "
      "&& openssl genpkey $key -out authority.key && openssl genpkey $key -out server.key "
      "&& openssl req -x509 -new -key authority.key -subj '/CN=bench authority' -days 30 "
      "-out authority.pem "
      "&& openssl req -new -key server.key -subj '/CN=bench' -out server.csr "
      "&& printf 'subjectAltName=IP:127.0.0.1\\nbasicConstraints=CA:FALSE\\n"
      "keyUsage=digitalSignature\\nextendedKeyUsage=serverAuth\\n' >server.ext "
      "&& openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key "
      "-CAcreateserial -days 20 -extfile server.ext -out server.pem",
      folder);
  return system(command) == 0;
}

/** Said of each connection in its answer. */
#define ANSWER                                                                                     \
  "    keepalive_timeout 0;\n"                                                                     \
  "    location / { return 200 \"$ssl_session_reused $ssl_protocol $ssl_cipher\"; }\n"

bool tls_server_start(tls_server *s, unsigned long long bytes) {
  char servers[2048];
  *s = (tls_server){0};
  if (!machine_has("openssl") || !nginx_prepare(&s->web))
    return false;
  close(server_listen(1, &s->full_port)); /* free ports */
  close(server_listen(1, &s->resumed_port));
  snprintf(s->authority, sizeof s->authority, "%s/authority.pem", s->web.folder);
  snprintf(servers, sizeof servers,
           "  ssl_certificate %s/server.pem;\n  ssl_certificate_key %s/server.key;\n"
           "  ssl_protocols TLSv1.3;\n  ssl_conf_command Ciphersuites " CIPHER ";\n"
           "  ssl_ecdh_curve " CURVE ";\n  default_type text/plain;\n"
           "  server {\n    listen 127.0.0.1:%u ssl;\n    root %s;\n  }\n"
           "  server {\n    listen 127.0.0.1:%u ssl backlog=1024;\n"
           "    ssl_session_tickets off;\n    ssl_session_cache off;\n" ANSWER "  }\n"
           "  server {\n    listen 127.0.0.1:%u ssl backlog=1024;\n"
           "    ssl_session_tickets on;\n" ANSWER "  }\n",
           s->web.folder, s->web.folder, s->web.port, s->web.folder, s->full_port, s->resumed_port);
  if (make_certificates(s->web.folder) && nginx_file(&s->web, "file", bytes) &&
      nginx_run(&s->web, servers))
    return true;
  nginx_stop(&s->web);
  return false;
}

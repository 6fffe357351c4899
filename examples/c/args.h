/*
 * args.h - the command line of the tool, as data.
 *
 * Arguments may be any bytes: everything here is a pointer into argv, nothing is assumed to be
 * UTF-8 and nothing is checked beyond the shape of the command line. Whether a URL or a header is
 * good is for the library to say.
 */
#ifndef EXAMPLE_ARGS_H
#define EXAMPLE_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What holds from where it stands for this request and all later ones. */
typedef struct settings {
  bool no_follow;
  bool has_max_redirects;
  uint64_t max_redirects;
  bool has_timeout;
  uint64_t timeout_ms;
  const char *proxy; /* NULL: none */
  const char *cert;  /* a file; NULL or "": none */
  const char *key;   /* a file; NULL: the key is in cert */
  const char *pins;  /* NULL: none */
  bool proxy_tunnel;
  bool redirect_to_http;
  bool compressed;
} settings;

typedef struct request_args {
  const char *method;
  const char *url;
  const char **headers; /* "name: value" lines as given */
  size_t header_count;
  const char *data_file; /* NULL: no body; "-": standard input */
  settings settings;
} request_args;

typedef struct command {
  bool help, version, caps;
  bool json, cookies;
  const char **cacerts;
  size_t cacert_count;
  const char **resolves; /* "host:port=address,address" as given */
  size_t resolve_count;
  request_args *requests;
  size_t request_count;
} command;

/** Reads argv. False: it is wrong, and a sentence about it stands on standard error. */
bool command_parse(command *cmd, int argc, char **argv);

void command_free(command *cmd);

#endif

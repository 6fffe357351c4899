/* args.c - see args.h. */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The parser's place in argv and the request that options now belong to. */
typedef struct parser {
  command *cmd;
  int argc, next;
  char **argv;
  request_args *request;
} parser;

static bool usage(const char *what, const char *arg) {
  fprintf(stderr, "reqtask: %s%s%s (see --help)\n", what, arg ? ": " : "", arg ? arg : "");
  return false;
}

static void *allocate(size_t count, size_t size) {
  void *block = calloc(count, size);
  if (!block) {
    fputs("reqtask: out of memory\n", stderr);
    exit(1);
  }
  return block;
}

/** Takes the argument that an option needs. */
static bool take_value(parser *p, const char *option, const char **out) {
  if (p->next == p->argc)
    return usage("this option needs a value", option);
  *out = p->argv[p->next++];
  return true;
}

/** A whole number: decimal digits only, no sign, no spaces, at most 2^64 - 1. */
static bool take_number(parser *p, const char *option, uint64_t *out) {
  const char *text;
  if (!take_value(p, option, &text))
    return false;
  uint64_t value = 0;
  const char *c = text;
  for (; *c >= '0' && *c <= '9'; c++) {
    uint64_t digit = (uint64_t)(*c - '0');
    if (value > (UINT64_MAX - digit) / 10)
      return usage("this number is too large", text);
    value = value * 10 + digit;
  }
  if (c == text || *c != '\0')
    return usage("this is not a whole number", text);
  *out = value;
  return true;
}

/** Opens the next request; settings carry over, headers and body do not. */
static void begin_request(parser *p) {
  settings before = {0};
  if (p->request)
    before = p->request->settings;
  p->request = &p->cmd->requests[p->cmd->request_count++];
  p->request->settings = before;
  p->request->headers = allocate((size_t)p->argc, sizeof *p->request->headers);
}

static bool parse_option(parser *p, const char *option) {
  command *cmd = p->cmd;
  settings *set = &p->request->settings;
  const char *value;
  if (strcmp(option, "-H") == 0) {
    if (!take_value(p, option, &value))
      return false;
    p->request->headers[p->request->header_count++] = value;
    return true;
  }
  if (strcmp(option, "--data-file") == 0)
    return take_value(p, option, &p->request->data_file);
  if (strcmp(option, "--cacert") == 0) {
    if (!take_value(p, option, &value))
      return false;
    cmd->cacerts[cmd->cacert_count++] = value;
    return true;
  }
  if (strcmp(option, "--resolve") == 0) {
    if (!take_value(p, option, &value))
      return false;
    cmd->resolves[cmd->resolve_count++] = value;
    return true;
  }
  if (strcmp(option, "--proxy") == 0)
    return take_value(p, option, &set->proxy);
  if (strcmp(option, "--cert") == 0)
    return take_value(p, option, &set->cert);
  if (strcmp(option, "--key") == 0)
    return take_value(p, option, &set->key);
  if (strcmp(option, "--pinnedpubkey") == 0)
    return take_value(p, option, &set->pins);
  if (strcmp(option, "--max-redirs") == 0) {
    set->has_max_redirects = true;
    return take_number(p, option, &set->max_redirects);
  }
  if (strcmp(option, "--timeout-ms") == 0) {
    set->has_timeout = true;
    return take_number(p, option, &set->timeout_ms);
  }
  if (strcmp(option, "--next") == 0) {
    if (!p->request->url)
      return usage("--next must follow METHOD and URL", NULL);
    begin_request(p);
    return true;
  }
  const struct {
    const char *name;
    bool *flag;
    bool value;
  } flags[] = {
      {"--json", &cmd->json, true},
      {"--cookies", &cmd->cookies, true},
      {"--caps", &cmd->caps, true},
      {"--help", &cmd->help, true},
      {"--version", &cmd->version, true},
      {"--follow", &set->no_follow, false},
      {"--no-follow", &set->no_follow, true},
      {"--redirect-to-http", &set->redirect_to_http, true},
      {"--proxytunnel", &set->proxy_tunnel, true},
      {"--compressed", &set->compressed, true},
  };
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (strcmp(option, flags[i].name) == 0) {
      *flags[i].flag = flags[i].value;
      return true;
    }
  }
  return usage("there is no such option", option);
}

bool command_parse(command *cmd, int argc, char **argv) {
  *cmd = (command){0};
  size_t room = (size_t)argc + 1; /* an upper bound for every list */
  cmd->requests = allocate(room, sizeof *cmd->requests);
  cmd->cacerts = allocate(room, sizeof *cmd->cacerts);
  cmd->resolves = allocate(room, sizeof *cmd->resolves);
  parser p = {.cmd = cmd, .argc = argc, .next = 1, .argv = argv};
  begin_request(&p);
  while (p.next < argc) {
    const char *arg = argv[p.next++];
    if (arg[0] == '-' && arg[1] != '\0') {
      if (!parse_option(&p, arg))
        return false;
    } else if (!p.request->method) {
      p.request->method = arg;
    } else if (!p.request->url) {
      p.request->url = arg;
    } else {
      return usage("METHOD and URL were given already; --next begins another request", arg);
    }
  }
  if (cmd->help || cmd->version || cmd->caps)
    return true;
  if (p.request->settings.key && !p.request->settings.cert)
    return usage("--key needs --cert", NULL);
  if (!p.request->url)
    return usage(p.request->method ? "there is no URL after METHOD" : "METHOD and URL are missing",
                 p.request->method);
  return true;
}

void command_free(command *cmd) {
  for (size_t i = 0; i < cmd->request_count; i++)
    free(cmd->requests[i].headers);
  free(cmd->requests);
  free(cmd->cacerts);
  free(cmd->resolves);
}

/*
 * reqtask.c - HTTP from the command line, over the C API of libreqtask and nothing else.
 *
 * All requests of one call share a client, and so its connections and its cookie jar. They run one
 * after the other; a request that fails, or that the library refuses, does not stop the next one.
 * Exit status: 0 all went well, 1 at least one failed, 2 the command line is wrong.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "loop.h"
#include "report.h"
#include "reqtask.h"
#include "request.h"
#include "transfer.h"

static const char help[] =
    "reqtask METHOD URL [options] [--next METHOD URL [options]]...\n"
    "\n"
    "For the request they stand behind:\n"
    "  -H 'name: value'   add a header line\n"
    "  --data-file F      send the bytes of a file as the body (-: standard input)\n"
    "From where they stand on, for this request and all later ones:\n"
    "  --follow           follow redirects (the default), at most 10\n"
    "  --no-follow        hand back the redirect itself\n"
    "  --max-redirs N     follow at most N redirects; one more is a failure\n"
    "  --redirect-to-http follow redirects from https to http, too\n"
    "  --timeout-ms N     time from start to last byte; 0 is no limit; default 60000\n"
    "  --proxy URL        http://user:password@host:port or socks5://host:port\n"
    "  --proxytunnel      ask an HTTP proxy for a tunnel (CONNECT) also for http URLs\n"
    "  --compressed       offer content codings and decode the body\n"
    "  --cert PEM         show the certificate in this file to servers that ask for one\n"
    "  --key PEM          its private key, where that is in a file of its own\n"
    "  --pinnedpubkey P   servers must have one of these keys: sha256//BASE64;sha256//BASE64\n"
    "For all requests, wherever they stand:\n"
    "  --cookies          keep cookies from one request to the next\n"
    "  --cacert PEM       trust the certificates in this file\n"
    "  --resolve H:P=A    look for host H, port P at address A; \"h.example:443=127.0.0.1,[::1]\"\n"
    "  --json             print one line of JSON for each request\n"
    "\n"
    "  --next             begin another request on the same client\n"
    "  --caps             print what this build can do: multi,tunnel,deflate,br,zstd\n"
    "  --version, --help\n";

static void print_caps(void) {
  fputs("multi,tunnel", stdout);
  if (reqtask_has_feature("deflate"))
    fputs(",deflate", stdout);
  if (reqtask_has_feature("brotli"))
    fputs(",br", stdout);
  if (reqtask_has_feature("zstd"))
    fputs(",zstd", stdout);
  fputc('\n', stdout);
}

static bool add_roots(reqtask_config *config, const char *path, refusal *why) {
  char *pem;
  size_t len;
  if (!read_file(path, &pem, &len, why))
    return false;
  reqtask_status status = reqtask_config_set_str(config, REQTASK_OPT_ROOTS_PEM, pem, len);
  free(pem);
  if (status != REQTASK_OK)
    refuse(why, status, NULL);
  return status == REQTASK_OK;
}

/** Makes the one client. NULL: *why says what is wrong, for each request. */
static reqtask_client *open_client(const command *cmd, refusal *why) {
  reqtask_config *config = NULL;
  reqtask_client *client = NULL;
  reqtask_status status = reqtask_config_new(&config);
  if (status == REQTASK_OK)
    status = reqtask_config_set_wakeup(config, loop_wakeup, NULL, NULL);
  if (status == REQTASK_OK)
    status = reqtask_config_set_u64(config, REQTASK_OPT_COOKIES, cmd->cookies ? 1 : 0);
  bool good = status == REQTASK_OK;
  for (size_t i = 0; good && i < cmd->cacert_count; i++)
    good = add_roots(config, cmd->cacerts[i], why);
  for (size_t i = 0; good && i < cmd->resolve_count; i++) {
    const char *text = cmd->resolves[i];
    status = reqtask_config_set_str(config, REQTASK_OPT_DNS_OVERRIDE, text, strlen(text));
    good = status == REQTASK_OK;
  }
  if (good)
    status = reqtask_client_new(config, &client);
  if (status != REQTASK_OK)
    refuse(why, status, NULL);
  reqtask_config_free(config);
  return client;
}

/** Runs one request and prints its report. True when it went well. */
static bool perform(const command *cmd, const request_args *args, reqtask_client *client,
                    const refusal *no_client) {
  static const transfer_watch silent = {NULL, NULL};
  static const transfer_watch human = {report_head, report_chunk};
  transfer result;
  if (!cmd->json)
    report_begin(args);
  if (!client)
    transfer_refused(&result, no_client->status, no_client->message);
  else if (loop_interrupted())
    transfer_refused(&result, REQTASK_E_ABORTED, "interrupted before it was started");
  else
    transfer_run(&result, client, args, cmd->json ? &silent : &human);
  if (cmd->json)
    report_json(&result);
  else
    report_end(&result);
  bool ok = result.status == REQTASK_OK;
  transfer_free(&result);
  return ok;
}

int main(int argc, char **argv) {
  command cmd;
  if (!command_parse(&cmd, argc, argv)) {
    command_free(&cmd);
    return 2;
  }
  if (reqtask_abi_version() != REQTASK_ABI_VERSION) {
    fprintf(stderr, "reqtask: libreqtask has ABI %u, this program was built for %d\n",
            (unsigned)reqtask_abi_version(), (int)REQTASK_ABI_VERSION);
    return 1;
  }
  bool all_ok = true;
  if (cmd.help) {
    fputs(help, stdout);
  } else if (cmd.version) {
    printf("reqtask %s\n", reqtask_version());
  } else if (cmd.caps) {
    print_caps();
  } else if (!loop_open()) {
    fprintf(stderr, "reqtask: %s\n", strerror(errno));
    all_ok = false;
  } else {
    report_colour(isatty(STDOUT_FILENO) == 1);
    refusal why = {0};
    reqtask_client *client = open_client(&cmd, &why);
    for (size_t i = 0; i < cmd.request_count; i++)
      all_ok = perform(&cmd, &cmd.requests[i], client, &why) && all_ok;
    free(why.message);
    if (client)
      reqtask_client_close(client, 1000);
  }
  command_free(&cmd);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "reqtask: cannot write the output: %s\n", strerror(errno));
    all_ok = false;
  }
  return all_ok ? 0 : 1;
}

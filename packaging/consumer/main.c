/*
 * main.c - a program of somebody else's, built outside the tree against an installed reqtask.
 *
 * It does one whole request, so that the library's threads, TLS set-up and unwinding are linked and
 * run: a connection to a closed port, which must end in one completion with REQTASK_E_CONNECT.
 */
#include <reqtask.h>
#include <stdio.h>

static void on_complete(void *user, const reqtask_complete_event *event) {
  *(reqtask_status *)user = event->status;
}

int main(void) {
  static const char url[] = "https://127.0.0.1:1/";
  reqtask_client *client;
  reqtask_request *request;
  reqtask_id task;
  reqtask_status ended = REQTASK_OK;
  if (reqtask_abi_version() != REQTASK_ABI_VERSION)
    return 1;
  if (reqtask_client_new(NULL, &client) != REQTASK_OK ||
      reqtask_request_new("GET", REQTASK_NTS, url, REQTASK_NTS, &request) != REQTASK_OK ||
      reqtask_create(client, request, &task) != REQTASK_OK ||
      reqtask_on_complete(task, on_complete, &ended, NULL, NULL) != REQTASK_OK ||
      reqtask_start(task) != REQTASK_OK || reqtask_wait(task, 30000) != REQTASK_OK)
    return 1;
  reqtask_request_free(request);
  if (reqtask_release(task) != REQTASK_OK || reqtask_client_close(client, 5000) != REQTASK_OK)
    return 1;
  printf("reqtask %s: %s\n", reqtask_version(), reqtask_status_text(ended));
  return ended == REQTASK_E_CONNECT ? 0 : 1;
}

/* startup.c - a program that has no HTTP library yet: it loads one, makes one GET with it, and says
 * how long that took and what was loaded. size.c runs it many times.
 *
 *   startup reqtask|curl LIBRARY URL
 *
 * Prints "opened US", "completed US", both since just before dlopen, and "file BYTES PATH" for each
 * file that came with the library. libcurl is spoken to by its ABI's numbers, so its headers are
 * not needed.
 */
#include "../clock.h"

#include <dlfcn.h>
#include <link.h>
#include <reqtask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BODY = 100, CURLOPT_URL_ = 10002, CURLOPT_WRITEFUNCTION_ = 20011, CURLOPT_NOSIGNAL_ = 99 };

static size_t received;

static void fail(const char *what) {
  fprintf(stderr, "startup: %s\n", what);
  exit(1);
}

/** POSIX lets a pointer to data become one to a function; ISO C does not. */
static void find(void *library, const char *name, void *function) {
  void *at = dlsym(library, name);
  if (!at)
    fail(name);
  memcpy(function, &at, sizeof at);
}

static void on_chunk(void *user, const reqtask_chunk_event *ev) {
  *(size_t *)user += ev->bytes.len;
}

static void get_reqtask(void *library, const char *url) {
  __typeof__(&reqtask_client_new) new_client;
  __typeof__(&reqtask_request_new) new_request;
  __typeof__(&reqtask_create) create;
  __typeof__(&reqtask_on_chunk) listen;
  __typeof__(&reqtask_start) start;
  __typeof__(&reqtask_wait) await;
  find(library, "reqtask_client_new", &new_client);
  find(library, "reqtask_request_new", &new_request);
  find(library, "reqtask_create", &create);
  find(library, "reqtask_on_chunk", &listen);
  find(library, "reqtask_start", &start);
  find(library, "reqtask_wait", &await);
  reqtask_client *client;
  reqtask_request *request;
  reqtask_id id;
  if (new_client(NULL, &client) != REQTASK_OK ||
      new_request("GET", REQTASK_NTS, url, REQTASK_NTS, &request) != REQTASK_OK ||
      create(client, request, &id) != REQTASK_OK ||
      listen(id, on_chunk, &received, NULL, NULL) != REQTASK_OK || start(id) != REQTASK_OK ||
      await(id, 5000) != REQTASK_OK)
    fail("the GET failed");
}

static size_t on_data(char *data, size_t size, size_t count, void *user) {
  (void)data, (void)user;
  received += size * count;
  return size * count;
}

static void get_curl(void *library, const char *url) {
  void *(*curl_easy_init)(void);
  int (*curl_easy_setopt)(void *, int, ...);
  int (*curl_easy_perform)(void *);
  find(library, "curl_easy_init", &curl_easy_init);
  find(library, "curl_easy_setopt", &curl_easy_setopt);
  find(library, "curl_easy_perform", &curl_easy_perform);
  void *easy = curl_easy_init();
  if (!easy || curl_easy_setopt(easy, CURLOPT_URL_, url) != 0 ||
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL_, 1L) != 0 ||
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION_, on_data) != 0 || curl_easy_perform(easy) != 0)
    fail("the GET failed");
}

/** Everything but this program, the kernel's page, the loader and the C library, which were there.
 */
static int tell_file(struct dl_phdr_info *info, size_t size, void *user) {
  struct stat file;
  (void)size, (void)user;
  if (strchr(info->dlpi_name, '/') && !strstr(info->dlpi_name, "/ld-linux") &&
      !strstr(info->dlpi_name, "/libc.so.") && stat(info->dlpi_name, &file) == 0)
    printf("file %lld %s\n", (long long)file.st_size, info->dlpi_name);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  uint64_t begin = now_ns();
  void *library = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
  uint64_t opened = now_ns();
  if (!library)
    fail(dlerror());
  (strcmp(argv[1], "curl") == 0 ? get_curl : get_reqtask)(library, argv[3]);
  uint64_t completed = now_ns();
  if (received != BODY)
    fail("another body than meant");
  printf("opened %.1f\ncompleted %.1f\n", us_between(begin, opened), us_between(begin, completed));
  dl_iterate_phdr(tell_file, NULL);
  fflush(stdout);
  _Exit(0); /* ending is not what is measured */
}

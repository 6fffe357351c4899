/* The cookie jar: off by default; keeps, sends back, and guards what it is told to guard. */
#include "world.h"

static const char *sent(world *w, const char *url) { return task_text(task_get(w, url), 200); }

static void off_by_default(delivery how) {
  world *w = world_open(how);
  task_text(task_get(w, url_on("http", "/cookies/set?a%3D1")), 200);
  CHECK_STR("", sent(w, url_on("http", "/cookies")));
  world_close(w);
}

static void kept_and_sent_back(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("other.test:%u=127.0.0.1", server_port("http")));
  world_start(w);
  task_text(
      task_get(w, url_on("http",
                         "/cookies/set?a%3D1%3B%20Path%3D%2F&b%3Dtwo%20words%3B%20Path%3D%2Fcookies"
                         "&gone%3D1%3B%20Max-Age%3D0&deep%3D1%3B%20Path%3D%2Fdeep")),
      200);
  const char *line = sent(w, url_on("http", "/cookies/x"));
  CHECK_STR("b=two words; a=1", line); /* the longer path first: RFC 6265 5.4 */
  CHECK_STR("", sent(w, text("http://other.test:%u/cookies", server_port("http"))));
  world_close(w);
}

static void secure_ones_stay_on_https(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("b.test:%u=127.0.0.1", server_port("http")));
  world_str(w, REQTASK_OPT_DNS_OVERRIDE, text("b.test:%u=127.0.0.1", server_port("https")));
  world_start(w);
  const char *https = text("https://b.test:%u", server_port("https"));
  const char *http = text("http://b.test:%u", server_port("http"));
  task_text(task_get(w, text("%s/cookies/set?s%%3D1%%3B%%20Secure%%3B%%20Path%%3D%%2F"
                             "&p%%3D1%%3B%%20Path%%3D%%2F",
                             https)),
            200);
  CHECK(strstr(sent(w, text("%s/cookies", https)), "s=1") != NULL);
  const char *plain = sent(w, text("%s/cookies", http));
  CHECK(strstr(plain, "s=1") == NULL);
  CHECK(strstr(plain, "p=1") != NULL);
  world_close(w);
}

static void set_by_a_redirect(delivery how) {
  world *w = world_new(how);
  world_u64(w, REQTASK_OPT_COOKIES, 1);
  world_start(w);
  const char *path = script_path("r", "status 302 Found", "field set-cookie: r=1; Path=/",
                                 "field location: /cookies", "length 0", "head-end", NULL);
  CHECK_STR("r=1", sent(w, url_on("http", path)));
  world_close(w);
}

static const test_case cases[] = {CASE(DIRECT, off_by_default), CASE(BOTH, kept_and_sent_back),
                                  CASE(DIRECT, secure_ones_stay_on_https),
                                  CASE(DIRECT, set_by_a_redirect)};
MAIN(cases)

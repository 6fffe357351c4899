/* The macros of the header, put together, are the version of the library; so is the ABI number. */
#include "world.h"

static void versions_agree(delivery how) {
  (void)how;
  CHECK_STR(text("%d.%d.%d", REQTASK_VERSION_MAJOR, REQTASK_VERSION_MINOR, REQTASK_VERSION_PATCH),
            reqtask_version());
  CHECK_INT(REQTASK_ABI_VERSION, reqtask_abi_version());
  CHECK(reqtask_version() == reqtask_version()); /* static */
}

static void features(delivery how) {
  (void)how;
  static const char *const known[] = {"tls", "system-roots", "gzip", "brotli", "cookies", "socks"};
  for (size_t i = 0; i < COUNT_OF(known); i++)
    CHECK(reqtask_has_feature(known[i]));
  CHECK(!reqtask_has_feature("quantum"));
  CHECK(!reqtask_has_feature(""));
  CHECK(!reqtask_has_feature("TLS"));
}

static void every_code_has_a_sentence(delivery how) {
  (void)how;
  static const reqtask_status codes[] = {
      REQTASK_OK,         REQTASK_E_INVALID_ARG, REQTASK_E_NOT_FOUND,
      REQTASK_E_STATE,    REQTASK_E_UNSUPPORTED, REQTASK_E_REENTRANT,
      REQTASK_E_BUSY,     REQTASK_E_CLOSED,      REQTASK_E_NO_MEMORY,
      REQTASK_E_PANIC,    REQTASK_E_ABORTED,     REQTASK_E_TIMEOUT,
      REQTASK_E_RESOLVE,  REQTASK_E_CONNECT,     REQTASK_E_PROXY,
      REQTASK_E_TLS,      REQTASK_E_CERTIFICATE, REQTASK_E_IO,
      REQTASK_E_PROTOCOL, REQTASK_E_REDIRECT,    REQTASK_E_TOO_LARGE,
      REQTASK_E_DECODE};
  for (size_t i = 0; i < COUNT_OF(codes); i++) {
    const char *a = reqtask_status_text(codes[i]);
    NEED(a != NULL);
    CHECK(strlen(a) > 1);
    for (size_t k = 0; k < i; k++)
      CHECK(strcmp(a, reqtask_status_text(codes[k])) != 0);
  }
  static const reqtask_status unknown[] = {1, -10, -99, -112, INT32_MIN, INT32_MAX};
  for (size_t i = 0; i < COUNT_OF(unknown); i++)
    CHECK(reqtask_status_text(unknown[i]) && strlen(reqtask_status_text(unknown[i])) > 1);
}

static const test_case cases[] = {CASE(DIRECT, versions_agree), CASE(DIRECT, features),
                                  CASE(DIRECT, every_code_has_a_sentence)};
MAIN(cases)

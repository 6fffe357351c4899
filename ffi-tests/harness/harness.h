/*
 * harness.h - what every test program of ffi-tests uses.
 *
 * A program is a list of cases; a case runs once for each way of delivery it names. Checks print
 * file, line and both values and go on; NEED ends the program. Nothing waits for time: a case waits
 * for events of the library (recorder.h) or of the scripted server (server.h), and a watchdog ends
 * a program that waits in vain, with a report of what it waited for.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "reqtask.h"

/* ------------------------------------------------------------------ cases */

/** How listeners are called; cases of BOTH run twice. */
typedef enum delivery { DIRECT = 1, QUEUED = 2, BOTH = 3 } delivery;

typedef struct test_case {
  const char *name;
  void (*run)(delivery how);
  delivery deliveries;
} test_case;

#define CASE(deliveries, fn)                                                                       \
  { #fn, fn, deliveries }
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/** Runs the cases (or those whose name contains argv[1]) and prints TAP lines. The result is for
 * main. */
int run_cases(const test_case *cases, size_t count, int argc, char **argv);

#define MAIN(cases)                                                                                \
  int main(int argc, char **argv) { return run_cases(cases, COUNT_OF(cases), argc, argv); }

/** Ends the running case early as passed; the reason is printed. */
void skip_case(const char *why);

/* ----------------------------------------------------------------- checks */

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define FAIL(what) check_true(false, (what), __FILE__, __LINE__)
/** Any two whole numbers that fit into int64_t. */
#define CHECK_INT(expected, actual)                                                                \
  check_int((int64_t)(expected), (int64_t)(actual), #actual, __FILE__, __LINE__)
#define CHECK_STATUS(expected, call) check_status((expected), (call), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(REQTASK_OK, call)
#define CHECK_STR(expected, actual) check_text((expected), (actual), #actual, __FILE__, __LINE__)
#define CHECK_MEM(expected, len, actual, actual_len)                                               \
  check_mem((expected), (len), (actual), (actual_len), #actual, __FILE__, __LINE__)
/** As CHECK, but nothing after it makes sense without it. */
#define NEED(condition) need((condition), #condition, __FILE__, __LINE__)
#define NEED_OK(call) NEED(CHECK_OK(call))

bool check_true(bool value, const char *what, const char *file, int line);
bool check_int(int64_t expected, int64_t actual, const char *what, const char *file, int line);
bool check_status(reqtask_status expected, reqtask_status actual, const char *what,
                  const char *file, int line);
bool check_text(const char *expected, const char *actual, const char *what, const char *file,
                int line);
bool check_mem(const void *expected, size_t len, const void *actual, size_t actual_len,
               const char *what, const char *file, int line);
void need(bool value, const char *what, const char *file, int line);

/** Failed checks of the running case so far. */
int failures_so_far(void);

/** "REQTASK_E_ABORTED" for -100, and so on. */
const char *status_name(reqtask_status status);

/* ------------------------------------------------------------------ waiting */

/** Says what this program waits for now, for the watchdog's report. */
void waiting_for(const char *what);

/** Of a long case: it gets on, and the watchdog begins anew. */
void still_going(void);

/** CLOCK_MONOTONIC in microseconds; the server's log uses the same clock. */
int64_t now_us(void);

/** Under valgrind and the sanitizers everything is slower; upper limits are multiplied by this. */
int64_t patience(void);

/* -------------------------------------------------------------------- text */

/** printf into memory that lives until the end of the case. Any thread. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Memory that lives until the end of the case. Any thread. */
void *arena(size_t size);

/** A word that no other case of this run has: the case's name and a number. */
char *unique(void);

/** Whether a borrowed string has exactly this text. */
bool str_is(reqtask_str str, const char *expected);

/** Byte number i of the server's pattern. */
uint8_t pattern_byte(uint64_t i);

/** Index of the first byte that is not the pattern from `offset` on, or len. */
size_t pattern_length(const uint8_t *data, size_t len, uint64_t offset);

#endif

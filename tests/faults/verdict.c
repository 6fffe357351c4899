/* Whether a case ended as it must, and in which words it did not. */
#include <stdio.h>
#include <string.h>

#include "client.h"

static bool ended_well(const attempt *a) {
  for (size_t i = 0; i < a->want.ending_count; i++)
    if (a->status == a->want.endings[i].status &&
        (a->status == REQTASK_OK || (a->want.endings[i].phases & (1u << a->phase)) != 0))
      return true;
  return false;
}

/* The whole request's limit passed where that of the phase should have. */
static bool limited_too_late(const attempt *a) {
  return a->limit_ms > 0 && a->plan->at % 2 == 0 && !a->ex->asks[0].expects &&
         a->status == REQTASK_E_TIMEOUT && strstr(a->message, "the request did not end") != NULL;
}

bool attempt_is_right(attempt *a, char words[WORDS]) {
  const expectation *want = &a->want;
  const char *wrong = NULL;
  unsigned headers = atomic_load(&a->headers);
  unsigned connections = atomic_load(&a->plan->connections);
  size_t body_len = atomic_load(&a->body_len), asked_listeners = a->asked * 4;
  if (atomic_load(&a->completions) != 1)
    wrong = "not exactly one completion";
  else if (!ended_well(a))
    wrong = "the wrong status or phase";
  else if (a->out_of_order)
    wrong = "events out of order";
  else if (headers > 1 || (headers == 0 && want->headers && !want->or_none) ||
           (headers == 1 && !want->headers))
    wrong = "the wrong number of headers events";
  else if (a->progress_wrong)
    wrong = "progress that goes back, or too far";
  else if (atomic_load(&a->plan->upload_wrong) != 0)
    wrong = "other bytes uploaded than were given";
  else if (a->body_wrong)
    wrong = "bytes that are not a prefix of the right body";
  else if (body_len < want->least || body_len > want->most)
    wrong = "too few or too many bytes of the body";
  else if (connections != want->connections)
    wrong = "the wrong number of connections";
  else if (a->limit_ms > 0 && a->status == REQTASK_E_TIMEOUT &&
           a->ended_us - a->started_us < (int64_t)a->limit_ms * 1000)
    wrong = "a limit that passed too early";
  else if (limited_too_late(a))
    wrong = "the limit of the phase did not pass";
  else if (a->destroyed != asked_listeners)
    wrong = "a listener not destroyed exactly once";
  if (wrong == NULL)
    return true;
  static const char *const actions[] = {"nothing", "cut", "reset", "stall"};
  int n = snprintf(words, WORDS,
                   "%s, %s %s byte %u: %s. Got status %d phase %u, %u headers, %zu bytes, %u "
                   "connections (%s); expected",
                   a->ex->name, actions[a->plan->action],
                   a->plan->direction == TO_SERVER ? "to server" : "to client", a->plan->at, wrong,
                   a->status, a->phase, headers, body_len, connections, a->message);
  for (size_t i = 0; i < want->ending_count && n < WORDS; i++)
    n += snprintf(words + n, (size_t)(WORDS - n), " %d/%#x", want->endings[i].status,
                  want->endings[i].phases);
  if (n < WORDS)
    snprintf(words + n, (size_t)(WORDS - n), ", %d headers, %zu to %zu bytes, %u connections",
             want->headers, want->least, want->most, want->connections);
  return false;
}

/*
 * What the files of the fake share: counters that tests read, switches that tests set.
 *
 * The functions have Node's signatures; the glue reaches them through rename.h. All paths in
 * comments are of openharmony/arkui_napi at d23b64fd.
 */
#ifndef REQTASK_NAPI_FAKE_H
#define REQTASK_NAPI_FAKE_H

#include "fakes.h"
#include <stdatomic.h>

/* Over all environments of the process. Each is a property of the exports' `fake`. */
#define FAKE_COUNTERS(X)                                                                           \
  X(externalMade)       /* external ArrayBuffers made */                                           \
  X(externalRefused)    /* refused for their arguments */                                          \
  X(external22)         /* refused with status 22 by refuseExternal */                             \
  X(starved)            /* ArrayBuffers that came without memory by starve */                      \
  X(textsRefused)       /* not read, by refuseText, after their length was told */                 \
  X(latin1)             /* Latin-1 text made, read as UTF-8 */                                     \
  X(utf16)              /* UTF-16 text made */                                                     \
  X(utf16Unterminated)  /* with no NUL behind it */                                                \
  X(typeErrorsMade)     /* type errors made, which are plain ones */                               \
  X(functionsMade)      /* threadsafe functions made */                                            \
  X(functionsReleased)  /* released by the glue */                                                 \
  X(functionsLeft)      /* not released when their environment ended */                            \
  X(calls)              /* calls that were queued */                                               \
  X(callsRefused)       /* by refuseCalls: napi_generic_failure */                                 \
  X(lateCalls)          /* of a threadsafe function that was released */                           \
  X(hooks)              /* cleanup hooks added */                                                  \
  X(hooksIgnored)       /* because another had the same argument */                                \
  X(objectExpected)     /* napi_object_expected where Node would coerce */                         \
  X(exceptionsReported) /* handed to the host's handler */                                         \
  X(exceptionsRefused)  /* no Error, so not taken */                                               \
  X(throwsRefused)      /* no Error, so not thrown */

typedef struct fake_counters {
#define X(name) atomic_long name;
  FAKE_COUNTERS(X)
#undef X
} fake_counters;

extern fake_counters fake_count;

/* Set by tests. */
extern atomic_bool fake_refuse_external;
extern atomic_bool fake_starve;
extern atomic_bool fake_refuse_text;
extern atomic_bool fake_refuse_calls;

#endif

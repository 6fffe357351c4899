/*
 * server.h - the scripted server from C: its ports, URLs of scripts, its log and its gates.
 *
 * The runner starts one server for all programs and passes its ready line in REQTASK_TEST_SERVER.
 * The control connection is a plain socket of our own, so that nothing here depends on the library.
 */
#ifndef SERVER_H
#define SERVER_H

#include "harness.h"

/** A port of the ready line: "http", "https", "silent", ... 0 when the server has none of that
 * name. */
unsigned server_port(const char *name);

/** The path of the server's CA certificate. */
const char *server_ca(void);

/** "http://127.0.0.1:PORT" + path. Port names that begin with "http" but "http" itself, and the
 * certificate ports, give "https://localhost:PORT". */
const char *url_on(const char *port_name, const char *path);

/** "http://127.0.0.1:PORT" + path for a port from server_listen. */
const char *url_at(unsigned port, const char *path);

/** The path "/script/TAG?..." of these steps (README of the server); ends with NULL. */
const char *script_path(const char *tag, ...) __attribute__((sentinel));

/** One GET on the control connection; answers the body, which lives until the end of the case.
 * An answer other than 200 fails the case. */
char *control(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** As control, with a body; for scripts with a name and ports that run a script. */
char *control_with(const char *body, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Opens a port of this kind ("silent", "http", "proxy&user=a&password=b", ...). */
unsigned server_listen(const char *kind);

/** Opens a port that runs these steps (one per line) on every connection. */
unsigned server_listen_script(const char *steps);

/** Waits until an event has happened on the path "/script/TAG", or (path with a slash) on that
 * path. */
char *server_wait(const char *event, const char *tag_or_path);

/** Opens a gate. */
void server_open(const char *gate);

/** Number of events of this kind on a path so far. */
int server_count(const char *event, const char *tag_or_path);

/** A whole number out of a JSON line of the log, such as "t_us". */
int64_t json_int(const char *line, const char *key);

#endif

/*
 * reqtask.h - HTTP request tasks you can watch and cancel from any thread.
 *
 * A client runs blocking HTTP requests on its own worker threads. Each request
 * is a task: you create it, attach listeners, start it, and may abort it at any
 * moment. The shape follows the RequestTask object of Taro and WeChat.
 *
 *     reqtask_config  -> reqtask_client        made once per app or JS runtime
 *     reqtask_request -> reqtask_id (a task)   made once per HTTP request
 *
 * THE RULES. They hold for every function below; comments give only exceptions.
 *
 *  1. Threads. Any function may be called from any thread, at the same time as
 *     any other, except that one builder (config or request) must not be used
 *     by two threads at once, and nothing may be called with a pointer that
 *     another thread is freeing. Ids have no such limit: a stale id is safe.
 *  2. No call here waits for the network, except reqtask_wait,
 *     reqtask_client_close with wait_ms > 0, and reqtask_off with
 *     REQTASK_OFF_WAIT.
 *  3. The library holds no lock of its own while it runs your code.
 *  4. Inside a listener you may call anything, including abort, off and release
 *     on the very task that is calling you, except that reqtask_wait,
 *     reqtask_client_dispatch and reqtask_client_close with wait_ms > 0 answer
 *     REQTASK_E_REENTRANT there and REQTASK_OFF_WAIT is ignored.
 *  5. Your functions must return normally: no C++ exception, no longjmp.
 *  6. Every `user` pointer comes with a `destroy` function (NULL if you need
 *     none). The library calls destroy(user) exactly once, after the last use
 *     of user, also when the registering call itself fails.
 *  7. Strings go in as pointer + length (REQTASK_NTS: "ends at NUL"), in UTF-8,
 *     and are copied before the call returns. Strings come out as reqtask_str;
 *     they carry a NUL after their last byte that is not counted in len.
 *  8. Fallible functions return reqtask_status: 0 or a negative code. On
 *     failure no out parameter is written, and reqtask_last_error on the same
 *     thread has a sentence about it. A NULL where a pointer is required is
 *     REQTASK_E_INVALID_ARG, never a crash. Free functions ignore NULL.
 *  9. Structs that the library fills begin with struct_size. New fields are
 *     only ever added at the end; test for them with REQTASK_HAS.
 * 10. An HTTP answer is a success whatever its status: 404 is not an error.
 *
 * This file is generated from the library's source; see include/README.md there.
 */
#ifndef REQTASK_H
#define REQTASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header; reqtask_version() tells the library's. */
#define REQTASK_VERSION_MAJOR 0
/** See REQTASK_VERSION_MAJOR. */
#define REQTASK_VERSION_MINOR 1
/** See REQTASK_VERSION_MAJOR. */
#define REQTASK_VERSION_PATCH 0

/**
 * Raised when a change needs callers to be rebuilt. Compare it at load time
 * with reqtask_abi_version().
 */
#define REQTASK_ABI_VERSION 1

/** Length meaning "the string ends at its NUL byte". */
#define REQTASK_NTS ((size_t)-1)

/** In reqtask_timing: the step did not happen (for example DNS on a reused
 * connection). In progress events: the total is not known. */
#define REQTASK_UNKNOWN ((int64_t)-1)

/** True when the library that filled *p knows `field`. */
#define REQTASK_HAS(p, field)                                                  \
  ((size_t)((const char *)(&(p)->field + 1) - (const char *)(p)) <=            \
   (size_t)(p)->struct_size)

/** Stands before every function. Define REQTASK_STATIC on Windows when you link
 * the static library. */
#if defined(_WIN32) && !defined(REQTASK_STATIC)
#define REQTASK_API __declspec(dllimport)
#else
#define REQTASK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ types */

/**
 * A result code: one of the values below. They are fixed for ever; new ones
 * may appear, so treat an unknown negative value as a failure.
 */
typedef int32_t reqtask_status;

/**
 * The values of reqtask_status. From -1: the call was wrong or came at the
 * wrong time, and nothing was changed. From -100: how a started task ended,
 * seen in reqtask_complete_event.status.
 */
enum reqtask_status_code {
  /** Success. */
  REQTASK_OK = 0,
  /** NULL, bad UTF-8, bad URL, out of range. */
  REQTASK_E_INVALID_ARG = -1,
  /** No such task or listener, or not any more. */
  REQTASK_E_NOT_FOUND = -2,
  /** The task is not in a state for this. */
  REQTASK_E_STATE = -3,
  /** The option or feature is not in this build. */
  REQTASK_E_UNSUPPORTED = -4,
  /** Not from inside a listener (rule 4). */
  REQTASK_E_REENTRANT = -5,
  /** The queue is full, or another dispatch runs. */
  REQTASK_E_BUSY = -6,
  /** The client is closed. */
  REQTASK_E_CLOSED = -7,
  /** Memory, threads or file descriptors ran out. */
  REQTASK_E_NO_MEMORY = -8,
  /** A bug in this library; please report it. */
  REQTASK_E_PANIC = -9,
  /** reqtask_abort was called. */
  REQTASK_E_ABORTED = -100,
  /**
   * A time limit passed; phase says where. Also reqtask_wait's and
   * reqtask_client_close's.
   */
  REQTASK_E_TIMEOUT = -101,
  /** The host name has no address. */
  REQTASK_E_RESOLVE = -102,
  /** No address accepted a connection. */
  REQTASK_E_CONNECT = -103,
  /** The proxy refused or failed. */
  REQTASK_E_PROXY = -104,
  /** The TLS handshake failed. */
  REQTASK_E_TLS = -105,
  /** The server's certificate is not trusted. */
  REQTASK_E_CERTIFICATE = -106,
  /** The connection broke. */
  REQTASK_E_IO = -107,
  /** The answer is not valid HTTP. */
  REQTASK_E_PROTOCOL = -108,
  /** Too many redirects, or one not to be followed. */
  REQTASK_E_REDIRECT = -109,
  /** The headers or the body exceed their limit. */
  REQTASK_E_TOO_LARGE = -110,
  /** The body's content coding (gzip, deflate, brotli) is damaged. */
  REQTASK_E_DECODE = -111,
};

/**
 * Names a task. Never 0, never reused while the process lives, and always
 * below 2^53, so that it survives a trip through a JavaScript number.
 */
typedef uint64_t reqtask_id;

/** Names one registered listener. Never 0. */
typedef uint64_t reqtask_listener;

/** A builder of clients; yours to free. */
typedef struct reqtask_config reqtask_config;

/**
 * Makes tasks, and holds what they share: workers, connections, cookies.
 * Yours to close with reqtask_client_close. Any thread.
 */
typedef struct reqtask_client reqtask_client;

/** A builder of tasks; yours to free. */
typedef struct reqtask_request reqtask_request;

/**
 * What came back for a task. Counted and read-only; it outlives task and
 * client. Give each reference back with reqtask_response_free. Any thread.
 */
typedef struct reqtask_response reqtask_response;

/**
 * A counted block of bytes; it outlives task, response and client. Any
 * thread.
 */
typedef struct reqtask_buf reqtask_buf;

/**
 * Borrowed text, valid as long as the thing it came from. ptr is never NULL,
 * and a NUL that len does not count stands behind the text.
 */
typedef struct reqtask_str {
  /** The first byte. */
  const char *ptr;
  /** Bytes, without the NUL. */
  size_t len;
} reqtask_str;

/**
 * Bytes inside a counted buffer. data stays valid while you hold a reference
 * to buf (reqtask_buf_retain); without one, as long as the thing it came
 * from. You may write to data only if yours is the only reference.
 */
typedef struct reqtask_bytes {
  /** The first byte; NULL when there is no buffer. */
  uint8_t *data;
  /** How many. */
  size_t len;
  /** To be retained. */
  reqtask_buf *buf;
} reqtask_bytes;

/**
 * One header line. Names are lower-case. Values are bytes and need not be
 * UTF-8. Repeated names (set-cookie) are separate entries, in the order
 * received.
 */
typedef struct reqtask_header {
  /** In lower case. */
  reqtask_str name;
  /** As received. */
  reqtask_str value;
} reqtask_header;

/** The step a task was in. */
enum reqtask_phase {
  /** Not started. */
  REQTASK_PHASE_NONE = 0,
  /** Waiting for a worker. */
  REQTASK_PHASE_QUEUE = 1,
  /** Looking up the host name. */
  REQTASK_PHASE_RESOLVE = 2,
  /** TCP, and talking to a proxy. */
  REQTASK_PHASE_CONNECT = 3,
  /** The TLS handshake. */
  REQTASK_PHASE_TLS = 4,
  /** Sending headers and body. */
  REQTASK_PHASE_SEND = 5,
  /** Waiting for the answer's headers. */
  REQTASK_PHASE_HEADERS = 6,
  /** Reading the answer's body. */
  REQTASK_PHASE_BODY = 7,
};

/** Listener kinds, for reqtask_off. */
enum reqtask_event {
  /** See reqtask_on_headers. */
  REQTASK_EVENT_HEADERS = 1,
  /** See reqtask_on_chunk. */
  REQTASK_EVENT_CHUNK = 2,
  /** See reqtask_on_progress. */
  REQTASK_EVENT_PROGRESS = 3,
  /** See reqtask_on_complete. */
  REQTASK_EVENT_COMPLETE = 4,
};

/**
 * Called once when a user pointer is no longer needed (rule 6). With queued
 * delivery it runs inside a call that you make, otherwise on any thread. It
 * must be quick and must not wait.
 */
typedef void (*reqtask_destroy_fn)(void *user);

/* ---------------------------------------------------------------- library */

/** The library's version, such as "0.1.0". Static; never freed. */
REQTASK_API const char *reqtask_version(void);

/**
 * The ABI the library was built with. Refuse to run unless it equals
 * REQTASK_ABI_VERSION.
 */
REQTASK_API uint32_t reqtask_abi_version(void);

/**
 * Whether this build has a named feature: "tls", "system-roots", "gzip",
 * "deflate", "brotli", "zstd", "cookies", "socks". Unknown names and NULL are
 * false. "system-roots": REQTASK_OPT_SYSTEM_ROOTS knows where this system keeps
 * them, which may still be nowhere.
 */
REQTASK_API bool reqtask_has_feature(const char *name);

/**
 * One fixed English sentence for a code, also for unknown codes. Static; never
 * NULL, never freed.
 */
REQTASK_API const char *reqtask_status_text(reqtask_status status);

/**
 * Copies the sentence about this thread's latest failed call into buf, cut
 * to at most cap - 1 bytes and NUL-terminated, and returns its full length
 * (0: no failure yet). Successful calls leave it alone. buf may be NULL when
 * cap is 0; so reqtask_last_error(NULL, 0) asks for the length.
 */
REQTASK_API size_t reqtask_last_error(char *buf, size_t cap);

/** How much a log line matters. */
enum reqtask_log_level {
  /** No lines at all; the default. */
  REQTASK_LOG_OFF = 0,
  /** A bug, in this library or its caller. */
  REQTASK_LOG_ERROR = 1,
  /** Something is wrong and was got over. */
  REQTASK_LOG_WARN = 2,
  /** What an operator may want to know. */
  REQTASK_LOG_INFO = 3,
  /** May show URLs; never header values or bodies. */
  REQTASK_LOG_DEBUG = 4,
};

/**
 * Receives one log line. Any thread, several at once. Must not call this
 * library. text is valid only during the call.
 */
typedef void (*reqtask_log_fn)(void *user,
                               uint32_t level,
                               reqtask_str text);

/**
 * Sets, replaces or (fn = NULL) removes the process-wide log hook. Lines above
 * max_level are not built at all. The old hook may be running on another thread
 * when this returns; its destroy tells you when it is over.
 * REQTASK_E_INVALID_ARG: max_level is no REQTASK_LOG_* level.
 */
REQTASK_API
reqtask_status reqtask_set_log(uint32_t max_level,
                               reqtask_log_fn fn,
                               void *user,
                               reqtask_destroy_fn destroy);

/* ---------------------------------------------------------------- options */

/**
 * Options are set by key. C: may be set on a config. R: may be set on a
 * request, where it wins over the client's value. Times are in milliseconds;
 * for times and maxima 0 means "no limit" unless the comment says otherwise. A
 * key that this build does not know is REQTASK_E_UNSUPPORTED, so a newer caller
 * can try one and carry on.
 */
enum reqtask_option {
  /* whole numbers, by ..._set_u64 */
  /**
   * C, 0 to 1024; default 64. Requests running at once. A body that falls
   * silent gives its worker back and counts no more; up to 16 further threads
   * serve such streams when they speak again. 0 stands for 1024, the most
   * there can be.
   */
  REQTASK_OPT_WORKERS_MAX = 1,
  /** C, default 10000. An idle worker thread ends after this time. */
  REQTASK_OPT_WORKER_IDLE_MS = 2,
  /**
   * C, default 0. Tasks waiting for a worker; reqtask_start of one more is
   * REQTASK_E_BUSY.
   */
  REQTASK_OPT_QUEUE_MAX = 3,
  /** C, default 0. Tasks running to one host; more of them wait in the queue. */
  REQTASK_OPT_PER_HOST_MAX = 4,
  /**
   * C R, default 60000. The whole request, to its last byte. Counts from when
   * a worker takes the task; time in the queue does not count.
   */
  REQTASK_OPT_TIMEOUT_MS = 10,
  /** C R, default 0. Name lookup. */
  REQTASK_OPT_RESOLVE_MS = 11,
  /** C R, default 0. TCP, proxy and TLS, over all addresses of the host. */
  REQTASK_OPT_CONNECT_MS = 12,
  /** C R, default 0. From the request being sent to the headers being read. */
  REQTASK_OPT_HEADERS_MS = 13,
  /**
   * C R, default 0. Silence while the request is sent or the body is read:
   * not one byte is taken, or comes.
   */
  REQTASK_OPT_READ_IDLE_MS = 14,
  /**
   * C R, 0 to 1000; default 10. Redirects followed; one more is
   * REQTASK_E_REDIRECT. 0 follows none and hands back the 3xx.
   */
  REQTASK_OPT_REDIRECTS_MAX = 20,
  /**
   * C R, 0 to 1048576; default 65536. Largest head of an answer. 0 stands for
   * 1 MiB, the most there can be.
   */
  REQTASK_OPT_HEADER_MAX_BYTES = 21,
  /**
   * C R, default 0. Largest body, counted after decoding; a larger one is
   * REQTASK_E_TOO_LARGE.
   */
  REQTASK_OPT_BODY_MAX_BYTES = 22,
  /**
   * C R, 0 to 1048576; default 65536. Largest chunk event. 0 stands for 1
   * MiB, the most there can be.
   */
  REQTASK_OPT_CHUNK_MAX_BYTES = 23,
  /**
   * C R, 0 to 1073741824; default 262144. Undelivered body bytes of one task
   * at which its worker stops reading.
   */
  REQTASK_OPT_WINDOW_BYTES = 24,
  /** C R, 0 or 1; default 1. Collect the whole body for reqtask_response_read. */
  REQTASK_OPT_KEEP_BODY = 25,
  /**
   * C R, 0 or 1; default 1. Ask for content codings (gzip, deflate, brotli)
   * and undo them.
   */
  REQTASK_OPT_DECODE = 26,
  /** C R, 0 or 1; default 0. Refuse http URLs, also in redirects. */
  REQTASK_OPT_HTTPS_ONLY = 27,
  /**
   * C R, 0, 4 or 6; default 0. Which addresses may be used: 0 any, 4 IPv4
   * only, 6 IPv6 only.
   */
  REQTASK_OPT_IP_FAMILY = 28,
  /** C, 0 or 1; default 0. Keep a cookie jar in memory. */
  REQTASK_OPT_COOKIES = 29,
  /**
   * C, 0 or 1; default 0. Take proxies and NO_PROXY from the environment as
   * it is at this call. As in curl, http_proxy counts in lower case only,
   * because a CGI client could set HTTP_PROXY.
   */
  REQTASK_OPT_ENV_PROXY = 30,
  /**
   * C, 0 or 1; default 0. Trust what the device trusts rather than the root
   * certificates built in: on Linux the files of SSL_CERT_FILE and
   * SSL_CERT_DIR or OpenSSL's usual ones, on Android the system's
   * certificates without those that its owner has added, on iOS and macOS the
   * system's own judgement. Where none can be read, and REQTASK_OPT_ROOTS_PEM
   * gives none either, every https request fails and says so.
   */
  REQTASK_OPT_SYSTEM_ROOTS = 31,
  /** C, 0 to 65536; default 64. Connections kept open for reuse. 0 keeps none. */
  REQTASK_OPT_IDLE_CONNECTIONS = 32,
  /** C, default 15000. How long an idle connection is kept. */
  REQTASK_OPT_IDLE_CONNECTION_MS = 33,
  /** C R, 0 or 1; default 0. Follow redirects from https to http. */
  REQTASK_OPT_REDIRECT_TO_HTTP = 34,
  /**
   * C R, 0 or 1; default 0. Use CONNECT for http URLs too, not only for
   * https.
   */
  REQTASK_OPT_PROXY_TUNNEL = 35,
  /**
   * R, 0 or 1; default 0. Release the task by itself once its completion has
   * been delivered.
   */
  REQTASK_OPT_AUTO_RELEASE = 40,

  /* text, by ..._set_str; "adds" may be given more than once */
  /**
   * C R, replaces. The user-agent of requests that bring none of their own,
   * in ASCII. "" sends none. Default "reqtask/" and the version.
   */
  REQTASK_OPT_USER_AGENT = 1001,
  /**
   * C R, replaces. "http://user:pw@host:port", or socks5:// (names looked up
   * here), or socks5h:// (names looked up by the proxy). "" uses none, also
   * where the client or the environment names one.
   */
  REQTASK_OPT_PROXY = 1002,
  /**
   * C, replaces. Hosts reached without a proxy:
   * "localhost,.internal,10.0.0.0/8"; "*" is all.
   */
  REQTASK_OPT_NO_PROXY = 1003,
  /**
   * C, adds. Trusted certificates in PEM, beside the built-in or the
   * device's.
   */
  REQTASK_OPT_ROOTS_PEM = 1004,
  /**
   * C, adds. A fixed answer of the name lookup:
   * "host:443=10.0.0.1,[fd00::1]".
   */
  REQTASK_OPT_DNS_OVERRIDE = 1005,
  /**
   * C R, replaces. A certificate to show to servers that ask for one, and its
   * private key, in one PEM text: the certificate, behind it those between it
   * and its root, and the key, which may stand anywhere and must not be
   * encrypted (PKCS #8, PKCS #1 or SEC 1; RSA of 2048 to 8192 bits, ECDSA on
   * P-256 or P-384, Ed25519). Text that is damaged, or a key that belongs to
   * another certificate, is refused by this call; whether the certificate is
   * still valid is for servers to say. Each call replaces the one before; ""
   * shows none, also where the client has one. As with credentials, a
   * redirect to another origin goes on without it. The key is kept in memory
   * as long as a config, client, request or task needs it, and shown nowhere.
   */
  REQTASK_OPT_CLIENT_CERT_PEM = 1006,
  /**
   * C R, replaces. Keys of which every TLS server of the request, also those
   * after redirects, must have one, besides a certificate that is trusted;
   * else REQTASK_E_CERTIFICATE. "sha256//BASE64;sha256//BASE64", as in curl:
   * each is the SHA-256 of the SubjectPublicKeyInfo of the server's own
   * certificate; keys of authorities do not count. Name a backup key, too.
   * Each call replaces the one before; "" pins none, also where the client
   * pins some.
   */
  REQTASK_OPT_PINNED_KEYS = 1007,
};

/* ------------------------------------------------- configuration and client */

/**
 * Makes a config that holds the defaults above. Free it with
 * reqtask_config_free; a client does not keep it.
 */
REQTASK_API reqtask_status reqtask_config_new(reqtask_config **out);

/**
 * Sets one number. REQTASK_E_INVALID_ARG: the key is not a number option, or
 * not one of a config, or the value is out of range. REQTASK_E_UNSUPPORTED:
 * this build does not know the key.
 */
REQTASK_API
reqtask_status reqtask_config_set_u64(reqtask_config *config,
                                      uint32_t key,
                                      uint64_t value);

/**
 * Sets or adds one text. PEM, proxy and override text is parsed here, so a
 * mistake is reported by this call and not by the first request. The empty
 * text is "" with length 0, not NULL.
 */
REQTASK_API
reqtask_status reqtask_config_set_str(reqtask_config *config,
                                      uint32_t key,
                                      const char *value,
                                      size_t len);

/**
 * Tells you that events are waiting. Any thread. It must only arrange for
 * reqtask_client_dispatch to run soon (uv_async_send, CallInvoker::invokeAsync,
 * napi_call_threadsafe_function) and return.
 */
typedef void (*reqtask_wakeup_fn)(void *user);

/**
 * Chooses how listeners are called.
 *
 * Without a wakeup (direct delivery): on worker threads, as things happen. One
 * task's listeners never overlap and keep their order; two tasks may call you
 * at the same time.
 *
 * With a wakeup (queued delivery): events wait inside the client until you call
 * reqtask_client_dispatch, and listeners and destroy functions run only inside
 * calls that you make. Use this for any JavaScript engine.
 *
 * A second call replaces the wakeup for clients made from then on.
 */
REQTASK_API
reqtask_status reqtask_config_set_wakeup(reqtask_config *config,
                                         reqtask_wakeup_fn fn,
                                         void *user,
                                         reqtask_destroy_fn destroy);

/** Frees a config. Clients made from it are not touched. */
REQTASK_API void reqtask_config_free(reqtask_config *config);

/**
 * Makes a client from a config (NULL: all defaults). Threads start when the
 * first task needs them. The config may be changed, freed or used for another
 * client afterwards; a wakeup's user lives until the last of them is gone.
 * A process that forks goes on unhurt. In the child of one that had a client no
 * thread of the library runs: until exec every function answers
 * REQTASK_E_STATE at once, and nothing is freed.
 */
REQTASK_API
reqtask_status reqtask_client_new(reqtask_config *config,
                                  reqtask_client **out);

/**
 * Delivers waiting events on this thread, at most max_events (0: all that wait
 * now), sleeping up to timeout_ms for the first one. *delivered, which may be
 * NULL, gets their number. If events remain, wakeup is called again before this
 * returns. Only one thread may be inside at a time; a second gets
 * REQTASK_E_BUSY. Without a wakeup in the config: REQTASK_E_STATE.
 */
REQTASK_API
reqtask_status reqtask_client_dispatch(reqtask_client *client,
                                       uint32_t max_events,
                                       uint32_t timeout_ms,
                                       uint32_t *delivered);

/**
 * Ends a client: aborts and releases all its tasks, drops waiting events (their
 * completions are never delivered), and frees the pointer. No listener call
 * starts after this returns. Then waits up to wait_ms for the worker threads;
 * REQTASK_E_TIMEOUT means that some are still unwinding in the background, which
 * is harmless unless you unload the library. The pointer is freed then too, but
 * not on REQTASK_E_REENTRANT. Use wait_ms = 0 on a JS thread.
 */
REQTASK_API
reqtask_status reqtask_client_close(reqtask_client *client,
                                    uint32_t wait_ms);

/* ---------------------------------------------------------------- requests */

/**
 * Describes a request. method is upper-case ("GET") and not CONNECT; url is
 * absolute, http or https. Both are checked here.
 */
REQTASK_API
reqtask_status reqtask_request_new(const char *method,
                                   size_t method_len,
                                   const char *url,
                                   size_t url_len,
                                   reqtask_request **out);

/**
 * Sets one number for this request; it wins over the client's. Fails as
 * reqtask_config_set_u64 does.
 */
REQTASK_API
reqtask_status reqtask_request_set_u64(reqtask_request *request,
                                       uint32_t key,
                                       uint64_t value);

/**
 * Sets one text for this request; it wins over the client's. Fails as
 * reqtask_config_set_str does.
 */
REQTASK_API
reqtask_status reqtask_request_set_str(reqtask_request *request,
                                       uint32_t key,
                                       const char *value,
                                       size_t len);

/**
 * Adds one header line; a repeated name makes a second line. The value is bytes
 * without CR, LF, NUL and other control characters (a tab is allowed); white
 * space at its ends is taken off (RFC 9110 5.5). What the whole request needs,
 * such as a true content-length, is checked by reqtask_create.
 */
REQTASK_API
reqtask_status reqtask_request_add_header(reqtask_request *request,
                                          const char *name,
                                          size_t name_len,
                                          const char *value,
                                          size_t value_len);

/**
 * Sets the body, replacing an earlier one. With destroy = NULL the bytes are
 * copied. Otherwise they are used in place: keep them unchanged until
 * destroy(user) runs, which is after the request and every task made from it
 * are done with them. Copy memory that a JS engine can move or detach. data may
 * be NULL when len is 0: that is an empty body, sent with content-length 0.
 */
REQTASK_API
reqtask_status reqtask_request_set_body(reqtask_request *request,
                                        const void *data,
                                        size_t len,
                                        void *user,
                                        reqtask_destroy_fn destroy);

/** Frees a request. Tasks made from it are not touched. */
REQTASK_API void reqtask_request_free(reqtask_request *request);

/* ------------------------------------------------------------------- tasks */

/**
 * Makes a task from a request, which may then be reused or freed. Nothing is
 * sent yet: attach listeners, then start. Every id must be given to
 * reqtask_release in the end, unless REQTASK_OPT_AUTO_RELEASE is set.
 * REQTASK_E_INVALID_ARG: the parts of the request do not fit each other.
 */
REQTASK_API
reqtask_status reqtask_create(reqtask_client *client,
                              const reqtask_request *request,
                              reqtask_id *out);

/**
 * Hands the task to the workers. After REQTASK_OK exactly one completion event
 * follows, whatever happens, unless you release the task or close the client
 * first. After a failure there is none. REQTASK_E_STATE: already started;
 * REQTASK_E_BUSY: queue full; REQTASK_E_NO_MEMORY: there is no worker thread and
 * none can be started. A task that was not started may be started again.
 */
REQTASK_API
reqtask_status reqtask_start(reqtask_id task);

/**
 * Cancels a started task. When this returns, no headers, chunk or progress
 * listener call starts any more, and blocked network work is being torn down.
 * The completion event still comes, with REQTASK_E_ABORTED, soon but not from
 * inside this call. With queued delivery an abort wins as long as the
 * completion has not begun to be delivered. Calling it again does no harm.
 * With direct delivery the connection is closed as soon as the completion
 * listeners have returned: keep them short. REQTASK_E_STATE: the task was not
 * started, or had already finished and keeps its result.
 */
REQTASK_API reqtask_status reqtask_abort(reqtask_id task);

/**
 * Holds back this task's events, the completion included, until
 * reqtask_resume; an abort still completes at once. Up to
 * REQTASK_OPT_WINDOW_BYTES are read meanwhile, then the connection is left to
 * fill up, which slows the server down. The read-idle clock stands still; the
 * total timeout runs on.
 */
REQTASK_API reqtask_status reqtask_pause(reqtask_id task);

/** Undoes reqtask_pause. Both may be called in any state and do not nest. */
REQTASK_API reqtask_status reqtask_resume(reqtask_id task);

/**
 * Waits until the transfer is over and, with direct delivery, its completion
 * listeners have returned. REQTASK_E_TIMEOUT after timeout_ms (0: just look).
 */
REQTASK_API reqtask_status reqtask_wait(reqtask_id task, uint32_t timeout_ms);

/**
 * Gives up a task: aborts it if it runs, removes all listeners, forgets the id.
 * No listener call starts after this returns and no completion comes. Safe from
 * a finalizer, a listener, any thread.
 */
REQTASK_API reqtask_status reqtask_release(reqtask_id task);

/* --------------------------------------------------------------- listeners */

/*
 * Order, per task: headers, then chunks and progress mixed, then complete, which
 * is always last. A listener added late gets only what comes after it. Several
 * listeners of one kind run in the order they were added. Event structs and all
 * they point to are valid only during the call.
 */

/** The headers of the final answer (redirects followed are not reported). */
typedef struct reqtask_headers_event {
  /** What the library filled. */
  uint32_t struct_size;
  /** 200 to 999. */
  uint32_t http_status;
  /** Whose. */
  reqtask_id task;
  /** In the order received. */
  const reqtask_header *headers;
  /** How many. */
  size_t header_count;
} reqtask_headers_event;

/**
 * Some body bytes, decoded, never empty. Keep them without copying by
 * reqtask_buf_retain(bytes.buf).
 */
typedef struct reqtask_chunk_event {
  /** What the library filled. */
  uint32_t struct_size;
  /** 0. */
  uint32_t reserved;
  /** Whose. */
  reqtask_id task;
  /** Of these bytes in the body. */
  uint64_t offset;
  /** The bytes. */
  reqtask_bytes bytes;
} reqtask_chunk_event;

/** Body bytes moved so far. With queued delivery only the newest is kept. */
typedef struct reqtask_progress_event {
  /** What the library filled. */
  uint32_t struct_size;
  /** 0. */
  uint32_t reserved;
  /** Whose. */
  reqtask_id task;
  /** Of the request's body. */
  int64_t sent;
  /** Or REQTASK_UNKNOWN. */
  int64_t send_total;
  /** Of the answer's body as on the wire, before decoding. */
  int64_t received;
  /** Or REQTASK_UNKNOWN. */
  int64_t receive_total;
} reqtask_progress_event;

/** The end of a task. */
typedef struct reqtask_complete_event {
  /** What the library filled. */
  uint32_t struct_size;
  /** REQTASK_OK, or why it ended early. */
  reqtask_status status;
  /** Whose. */
  reqtask_id task;
  /** The step it ended in (REQTASK_PHASE_*). */
  uint32_t phase;
  /** errno or its like, 0 if none. */
  int32_t os_error;
  /** One sentence; "" when status is REQTASK_OK. */
  reqtask_str message;
  /**
   * NULL if no headers came. Borrowed; reqtask_response_get takes a
   * reference.
   */
  const reqtask_response *response;
} reqtask_complete_event;

/** See reqtask_on_headers. */
typedef void (*reqtask_headers_fn)(void *user,
                                   const reqtask_headers_event *ev);

/** See reqtask_on_chunk. */
typedef void (*reqtask_chunk_fn)(void *user,
                                 const reqtask_chunk_event *ev);

/** See reqtask_on_progress. */
typedef void (*reqtask_progress_fn)(void *user,
                                    const reqtask_progress_event *ev);

/** See reqtask_on_complete. */
typedef void (*reqtask_complete_fn)(void *user,
                                    const reqtask_complete_event *ev);

/**
 * Adds a listener for the headers of the final answer; called once per task
 * that gets one. out may be NULL if you will not remove it by name.
 * REQTASK_E_STATE: the task's completion has already been delivered.
 */
REQTASK_API
reqtask_status reqtask_on_headers(reqtask_id task,
                                  reqtask_headers_fn fn,
                                  void *user,
                                  reqtask_destroy_fn destroy,
                                  reqtask_listener *out);

/**
 * Adds a listener for body bytes, as they come. out and errors are as in
 * reqtask_on_headers.
 */
REQTASK_API
reqtask_status reqtask_on_chunk(reqtask_id task,
                                reqtask_chunk_fn fn,
                                void *user,
                                reqtask_destroy_fn destroy,
                                reqtask_listener *out);

/**
 * Adds a listener for how far sending and receiving are. out and errors are as
 * in reqtask_on_headers.
 */
REQTASK_API
reqtask_status reqtask_on_progress(reqtask_id task,
                                   reqtask_progress_fn fn,
                                   void *user,
                                   reqtask_destroy_fn destroy,
                                   reqtask_listener *out);

/**
 * Adds a listener for the end of the task; called exactly once per started
 * task (see reqtask_start). out and errors are as in reqtask_on_headers.
 */
REQTASK_API
reqtask_status reqtask_on_complete(reqtask_id task,
                                   reqtask_complete_fn fn,
                                   void *user,
                                   reqtask_destroy_fn destroy,
                                   reqtask_listener *out);

/** Flags for reqtask_off. */
enum reqtask_off_flag {
  /** Sleep until the listener's destroy has returned. */
  REQTASK_OFF_WAIT = 1,
};

/**
 * Removes one listener, or all of one kind when listener is 0 (removing none is
 * then still REQTASK_OK). event is one of REQTASK_EVENT_*.
 *
 * When this returns, no new call of the listener starts. With queued delivery,
 * on the thread that dispatches, that means it is never called again and its
 * destroy has run. With direct delivery one call that had already begun may
 * still be finishing on a worker: destroy(user) runs as soon as it has. Pass
 * REQTASK_OFF_WAIT to sleep until destroy has returned - but not while holding
 * a lock which the listener takes. A listener may remove itself; its destroy
 * then runs right after it returns.
 */
REQTASK_API
reqtask_status reqtask_off(reqtask_id task,
                           uint32_t event,
                           reqtask_listener listener,
                           uint32_t flags);

/* --------------------------------------------------------------- responses */

/** What came back. */
typedef struct reqtask_response_info {
  /** Set to sizeof before the call. */
  uint32_t struct_size;
  /** 200 to 999. */
  uint32_t http_status;
  /** 10 or 11. */
  uint32_t http_version;
  /** Followed. */
  uint32_t redirects;
  /** After redirects. */
  reqtask_str url;
  /** "93.184.215.14:443"; the proxy's address where there is one. */
  reqtask_str peer;
  /** In the order received. */
  const reqtask_header *headers;
  /** How many. */
  size_t header_count;
  /** {NULL, 0, NULL} without REQTASK_OPT_KEEP_BODY. */
  reqtask_bytes body;
} reqtask_response_info;

/**
 * When things happened: microseconds after reqtask_start, or REQTASK_UNKNOWN.
 * On a reused connection resolve, connect and tls did not happen. After
 * redirects all but redirect_start and redirect_end are those of the last
 * request.
 */
typedef struct reqtask_timing {
  /** Set to sizeof before the call. */
  uint32_t struct_size;
  /** 0 or 1. */
  uint32_t connection_reused;
  /** Wall clock at reqtask_start, microseconds since 1970. */
  int64_t start_unix_us;
  /** A worker took the task. */
  int64_t dequeued;
  /** The first request that was redirected began. */
  int64_t redirect_start;
  /** The last redirecting answer was read. */
  int64_t redirect_end;
  /** Name lookup began. */
  int64_t resolve_start;
  /** Name lookup ended. */
  int64_t resolve_end;
  /** The first connect call. */
  int64_t connect_start;
  /** Connected, through the proxy where there is one. */
  int64_t connect_end;
  /** The TLS handshake began. */
  int64_t tls_start;
  /** The TLS handshake ended. */
  int64_t tls_end;
  /** First byte of the request. */
  int64_t request_start;
  /** Last byte of the request. */
  int64_t request_end;
  /** First byte of the answer. */
  int64_t response_start;
  /** Last byte of the answer. */
  int64_t response_end;
  /** On the wire, headers and TLS included. */
  uint64_t bytes_sent;
  /** On the wire, headers and TLS included. */
  uint64_t bytes_received;
} reqtask_timing;

/**
 * Takes a reference to a task's response. REQTASK_E_STATE: no headers yet, or
 * none ever came. The response outlives the task; give it back with
 * reqtask_response_free.
 */
REQTASK_API
reqtask_status reqtask_response_get(reqtask_id task,
                                    const reqtask_response **out);

/**
 * Fills *info up to its struct_size, and sets struct_size to what was filled.
 * What it points to lives as long as the response. The body is complete only
 * once the task has completed. REQTASK_E_INVALID_ARG: struct_size is too small
 * for the first fields, so it was probably not set.
 */
REQTASK_API
reqtask_status reqtask_response_read(const reqtask_response *response,
                                     reqtask_response_info *info);

/**
 * Fills *timing up to its struct_size, and sets struct_size to what was filled.
 * Final once the task has completed. REQTASK_E_INVALID_ARG as in
 * reqtask_response_read.
 */
REQTASK_API
reqtask_status reqtask_response_timing(const reqtask_response *response,
                                       reqtask_timing *timing);

/** Gives a reference back. Any thread. */
REQTASK_API void reqtask_response_free(const reqtask_response *response);

/* ----------------------------------------------------------------- buffers */

/**
 * Takes one more reference. Any thread. Buffers you hold do not count against
 * the window.
 */
REQTASK_API void reqtask_buf_retain(reqtask_buf *buf);

/**
 * Gives one reference back. Any thread, for instance from an ArrayBuffer
 * finalizer.
 */
REQTASK_API void reqtask_buf_release(reqtask_buf *buf);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REQTASK_H */

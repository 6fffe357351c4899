/**
 * The numbers of the options that this layer sets: REQTASK_OPT_* of reqtask.h, under names without the prefix. They are
 * fixed for ever; a test compares them with the header. What each does is told there.
 */
export const OptionKey = {
  WORKERS_MAX: 1,
  QUEUE_MAX: 3,
  PER_HOST_MAX: 4,
  TIMEOUT_MS: 10,
  RESOLVE_MS: 11,
  CONNECT_MS: 12,
  HEADERS_MS: 13,
  READ_IDLE_MS: 14,
  REDIRECTS_MAX: 20,
  BODY_MAX_BYTES: 22,
  KEEP_BODY: 25,
  HTTPS_ONLY: 27,
  IP_FAMILY: 28,
  COOKIES: 29,
  ENV_PROXY: 30,
  SYSTEM_ROOTS: 31,
  IDLE_CONNECTIONS: 32,
  REDIRECT_TO_HTTP: 34,
  AUTO_RELEASE: 40,
  USER_AGENT: 1001,
  PROXY: 1002,
  NO_PROXY: 1003,
  ROOTS_PEM: 1004,
  DNS_OVERRIDE: 1005,
} as const;

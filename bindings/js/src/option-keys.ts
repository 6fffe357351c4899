/**
 * The numbers of the options that this layer sets: REQTASK_OPT_* of reqtask.h, under names without the prefix. They are
 * fixed for ever; a test compares them with the header. What each does is told there. And the names that users know.
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
  HTTPS_ONLY: 27,
  IP_FAMILY: 28,
  COOKIES: 29,
  ENV_PROXY: 30,
  SYSTEM_ROOTS: 31,
  IDLE_CONNECTIONS: 32,
  REDIRECT_TO_HTTP: 34,
  USER_AGENT: 1001,
  PROXY: 1002,
  NO_PROXY: 1003,
  ROOTS_PEM: 1004,
  DNS_OVERRIDE: 1005,
  CLIENT_CERT_PEM: 1006,
  PINNED_KEYS: 1007,
} as const;

/** The core's sentences name options as C does; users know these names. */
const NAMES: { readonly [core: string]: string } = {
  BODY_MAX_BYTES: 'maxBodyBytes',
  CLIENT_CERT_PEM: 'clientCertPem',
  DNS_OVERRIDE: 'dnsOverride',
  HTTPS_ONLY: 'httpsOnly',
  NO_PROXY: 'noProxy',
  PINNED_KEYS: 'pinnedKeys',
  PROXY: 'proxy',
  ROOTS_PEM: 'rootsPem',
  SYSTEM_ROOTS: 'systemRoots',
  USER_AGENT: 'userAgent',
};

/** A sentence of the core, with the names of options as they are in JavaScript. */
export function withOptionNames(sentence: string): string {
  return sentence.replace(/REQTASK_OPT_([A-Z_]+)/g, (whole, core: string) => NAMES[core] ?? whole);
}

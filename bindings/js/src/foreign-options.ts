/**
 * Options of other platforms that have no effect here (I-3). They are accepted, and warned of once each, if their value asks
 * for anything. Options that nobody knows are the app's own business: interceptors keep notes in them.
 */
import type { ForeignOptions } from './types.js';
import type { Warn } from './warn.js';

const FOREIGN: { readonly [name in keyof ForeignOptions]-?: true } = {
  // wx
  useHighPerformanceMode: true,
  enableHttp2: true,
  enableQuic: true,
  enableCache: true,
  enableHttpDNS: true,
  httpDNSServiceId: true,
  httpDNSTimeout: true,
  enableHttpDNSFallback: true,
  forceCellularNetwork: true,
  // Taro on the web
  jsonp: true,
  jsonpCache: true,
  mode: true,
  credentials: true,
  cache: true,
  retryTimes: true,
  backup: true,
  dataCheck: true,
  useStore: true,
  storeCheckKey: true,
  storeSign: true,
  storeCheck: true,
  // Alipay
  enableCookie: true,
  referrerStrategy: true,
  // uni-app
  sslVerify: true,
  withCredentials: true,
  firstIpv4: true,
  defer: true,
  tls: true,
};
const isOwn = Object.prototype.hasOwnProperty;

/**
 * Warns of those that are set. Getters are not called unless their names are known, and what they throw is nobody's business:
 * a request must not fail only where warnings are on.
 */
export function warnOfForeignOptions(options: object, warn: Warn): void {
  try {
    for (const name of Object.keys(options)) {
      if (!isOwn.call(FOREIGN, name)) continue;
      const value = (options as Record<string, unknown>)[name];
      if (value === undefined || value === null || value === false) continue;
      warn(`option ${name}`, `the option "${name}" has no effect here`);
    }
  } catch {
    // No warning, then.
  }
}

/**
 * Options of other platforms that have no effect here (I-3). They are accepted, and warned of once each, if their value asks
 * for anything. Options that nobody knows are the app's own business: interceptors keep notes in them.
 */
import type { Warn } from './warn.js';

const FOREIGN = new Set([
  // wx
  'useHighPerformanceMode',
  'enableHttp2',
  'enableQuic',
  'enableCache',
  'enableHttpDNS',
  'httpDNSServiceId',
  'httpDNSTimeout',
  'enableHttpDNSFallback',
  'forceCellularNetwork',
  // Taro on the web
  'jsonp',
  'jsonpCache',
  'mode',
  'credentials',
  'cache',
  'retryTimes',
  'backup',
  'dataCheck',
  'useStore',
  'storeCheckKey',
  'storeSign',
  'storeCheck',
  // Alipay
  'enableCookie',
  'referrerStrategy',
  // uni-app
  'sslVerify',
  'withCredentials',
  'firstIpv4',
  'defer',
  'tls',
]);

/** Warns of those that are set. Their getters are not called unless their names are known. */
export function warnOfForeignOptions(options: object, warn: Warn): void {
  for (const name of Object.keys(options)) {
    if (!FOREIGN.has(name)) continue;
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || value === null || value === false) continue;
    warn(`option ${name}`, `the option "${name}" has no effect here`);
  }
}

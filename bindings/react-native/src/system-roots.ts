/**
 * configure({ systemRoots: true }) on Android. What an app trusts there is decided by an API of the platform (the network security
 * configuration, authorities that the user has installed), not by files that the core could read; so the native part
 * hands the authorities out, and they go to the core as certificates of the app.
 *
 * They come beside those that are built in: the core has no word for "only these".
 */
import type { NativeHost, NativeOptions } from 'reqtask-js';

/** What the native part has on Android only. */
export interface RootsHost extends NativeHost {
  /** PEM. */
  systemRoots?(): string;
}

/** Of reqtask_option. */
const SYSTEM_ROOTS = 31;
const ROOTS_PEM = 1004;

/** NativeHost.open with that. */
export function openWithRoots(
  host: RootsHost,
  options: NativeOptions,
  deliver: Parameters<NativeHost['open']>[1],
): number {
  const rest = without(options);
  if (rest === null || typeof host.systemRoots !== 'function') return host.open(options, deliver);
  const pem = host.systemRoots();
  try {
    return host.open([...rest, ROOTS_PEM, pem], deliver);
  } catch {
    // Devices have odd certificates, too. The core passes over those that it finds itself, but refuses them from an app.
    const usable = pem.split(/(?=-----BEGIN )/).filter((one) => isUsable(host, one));
    return host.open(usable.length ? [...rest, ROOTS_PEM, usable.join('')] : options, deliver);
  }
}

/** The options without systemRoots, or null if it is not set. */
function without(options: NativeOptions): NativeOptions | null {
  const rest: (number | string)[] = [];
  for (let i = 0; i + 1 < options.length; i += 2) {
    const [key, value] = [options[i] as number, options[i + 1] as number | string];
    if (key !== SYSTEM_ROOTS || value !== 1) rest.push(key, value);
  }
  return rest.length < options.length ? rest : null;
}

/** Opening a client with nothing else in it costs some microseconds. */
function isUsable(host: NativeHost, certificate: string): boolean {
  try {
    host.close(host.open([ROOTS_PEM, certificate], () => {}));
    return true;
  } catch {
    return false;
  }
}

/**
 * configure({ systemRoots: true }) on Android. The core reads the system's certificates, which are files. What else an app trusts
 * there is decided by an API of the platform (the network security configuration, which may admit authorities that the user
 * has installed); so the native part hands these out, and they go to the core as certificates of the app.
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
  if (!wantsRoots(options) || typeof host.systemRoots !== 'function') return host.open(options, deliver);
  const pem = host.systemRoots();
  try {
    return host.open([...options, ROOTS_PEM, pem], deliver);
  } catch {
    // Devices have odd certificates, too. The core passes over those that it finds itself, but refuses them from an app.
    const usable = pem.split(/(?=-----BEGIN )/).filter((one) => isUsable(host, one));
    return host.open(usable.length ? [...options, ROOTS_PEM, usable.join('')] : options, deliver);
  }
}

function wantsRoots(options: NativeOptions): boolean {
  for (let i = 0; i + 1 < options.length; i += 2) {
    if (options[i] === SYSTEM_ROOTS) return options[i + 1] === 1;
  }
  return false;
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

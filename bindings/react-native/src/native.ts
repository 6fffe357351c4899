/**
 * Finds the native part: the TurboModule, or what the old architecture's module installs. Both give the same NativeHost.
 *
 * The module of the old architecture (React Native 0.73 to 0.75, and later ones without the new architecture) cannot return an
 * object of functions. Its one synchronous method, install(), leaves the host in the global `__reqtaskHost`, from where it is
 * taken here at once; it returns false where JavaScript runs in another process (remote debugging in Chrome).
 *
 * Nothing is looked for before the first request: an app without the native part can import this package, and is told at
 * the request what is missing. After a reload everything here is new, as is the host.
 */
import type { NativeHost } from 'reqtask-js';
import { NativeModules } from 'react-native';
import turboModule from './NativeReqtask.js';
import { openWithRoots, type RootsHost } from './system-roots.js';
import { VERSION } from './version.js';

/** What either architecture may give by the name "Reqtask". */
interface Module {
  host?(): RootsHost;
  install?(): boolean;
}

const world = globalThis as unknown as { __reqtaskHost?: RootsHost | undefined };

/** Throws an Error that says what to do. */
export function findHost(): RootsHost {
  const module: Module | null | undefined = turboModule ?? (NativeModules as { Reqtask?: Module }).Reqtask;
  const host = typeof module?.host === 'function' ? module.host() : installed(module);
  if (!sameRelease(host.version, VERSION)) {
    throw new Error(
      `react-native-reqtask: the app contains version ${host.version} of the native part, but JavaScript's is ${VERSION}. ` +
        'Build the app anew (iOS: after pod install).',
    );
  }
  return host;
}

function installed(module: Module | null | undefined): RootsHost {
  if (typeof module?.install !== 'function') {
    throw new Error(
      'react-native-reqtask: the app does not contain the native part. After the package was added, run pod install (iOS) and ' +
        'build the app anew. Expo Go cannot contain it; use a development build. In jest, use react-native-reqtask/mocks.',
    );
  }
  module.install();
  const host = world.__reqtaskHost;
  delete world.__reqtaskHost;
  if (host === undefined) {
    throw new Error(
      'react-native-reqtask: JavaScript does not run inside the app. Remote debugging in Chrome has no native functions; ' +
        'debug with Hermes.',
    );
  }
  return host;
}

/** The two halves are internal to one another: only patches may differ. */
function sameRelease(one: string, other: string): boolean {
  const release = (version: string): string => version.split('.', 2).join('.');
  return release(one) === release(other);
}

/** A host that is looked for when it is first used, and again as long as it is not found. */
export function lazyHost(find: () => RootsHost): NativeHost {
  let found: RootsHost | undefined;
  const host = (): RootsHost => (found ??= find());
  return {
    get version() {
      return host().version;
    },
    platform: 'react-native',
    open: (options, deliver) => openWithRoots(host(), options, deliver),
    close: (client) => host().close(client),
    start: (client, method, url, fields, body, options, flags) =>
      host().start(client, method, url, fields, body, options, flags),
    abort: (task) => host().abort(task),
    pause: (task) => host().pause(task),
    resume: (task) => host().resume(task),
  };
}

import type { NativeHost } from 'reqtask-js';

/** The core in this thread, for `createRequest`. Throws when required where no addon for the platform is found. */
declare const host: NativeHost;
export = host;

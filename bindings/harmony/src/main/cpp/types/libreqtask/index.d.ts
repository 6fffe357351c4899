/**
 * What libreqtask.so exports: the NativeHost of the TypeScript layer (native.d.ts in ets/core says what each call does). Apps
 * use Index.ets instead.
 */
import type { NativeEvent, NativeHost, NativeOptions } from '../../../ets/core/native';

export const version: string;
export const platform: string;
export const open: (options: NativeOptions, deliver: (events: NativeEvent[]) => void) => number;
export const close: (client: number) => void;
export const start: (
  client: number,
  method: string,
  url: string,
  fields: readonly string[],
  body: ArrayBuffer | string | null,
  options: NativeOptions,
  flags: number,
) => number;
export const abort: (task: number) => boolean;
export const pause: (task: number) => void;
export const resume: (task: number) => void;

declare const host: NativeHost;
export default host;

import type { TaroRequests } from 'reqtask-js/taro';

export * from '../lib/commonjs/index.js';
export {
  createFetch,
  fetch,
  Headers,
  Request,
  Response,
  FormData,
  install,
  EventSource,
} from '../lib/commonjs/fetch.js';

/** What react-native-reqtask/taro exports. */
export declare const taro: TaroRequests;

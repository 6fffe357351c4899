/**
 * What stands in for `@tarojs/taro-rn/dist/lib/request` by an alias of the app's config/index.js (README.md): the names of
 * Taro's own module, with the whole RequestTask behind them.
 */
import { createTaro } from 'reqtask-js/taro';
import { request as send } from './requester.js';

export type { Chain, Interceptor } from 'reqtask-js/taro';

export const { request, addInterceptor, cleanInterceptors } = createTaro({ request: send });

/** What the tasks and the results of Taro.request have with reqtask, beyond what Taro's types say. */
import '@tarojs/taro';
import type { Profile } from 'reqtask-js';

declare module '@tarojs/taro' {
  interface RequestTask<T> {
    pause(): RequestTask<T>;
    resume(): RequestTask<T>;
  }

  namespace request {
    interface SuccessCallbackResult<T extends string | TaroGeneral.IAnyObject | ArrayBuffer = any | any> {
      profile?: Profile;
    }
  }
}

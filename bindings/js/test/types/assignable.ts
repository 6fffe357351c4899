/**
 * I-2: what request() gives is a Taro.RequestTask and a WechatMiniprogram.RequestTask, and our request stands where
 * Taro.request stood. Compiled by types.test.mjs, never run. Each `@ts-expect-error` shows that a check can fail: without
 * the error that it expects, the file does not compile.
 */
import type Taro from '@tarojs/taro';
import type { HeadersEvent, Request, RequestTask } from 'reqtask-js';
import type { TaroRequests } from 'reqtask-js/taro';

interface Answer {
  id: number;
}
type Ours = RequestTask<Answer>;
type Theirs = Taro.RequestTask<Answer>;
type Wx = WechatMiniprogram.RequestTask;

declare function make<T>(): T;

// The task.
export const theirs: Theirs = make<Ours>();
export const wx: Wx = make<Ours>();
// What Taro and wx do not know may be missing ...
export const fewer: Theirs & Wx = make<Omit<Ours, 'pause' | 'resume' | typeof Symbol.asyncIterator>>();
// ... and nothing else.
// @ts-expect-error abort is missing
export const a1: Theirs = make<Omit<Ours, 'abort'>>();
// @ts-expect-error onHeadersReceived is missing
export const a2: Theirs = make<Omit<Ours, 'onHeadersReceived'>>();
// @ts-expect-error offHeadersReceived is missing
export const a3: Theirs = make<Omit<Ours, 'offHeadersReceived'>>();
// @ts-expect-error onChunkReceived is missing
export const a4: Theirs = make<Omit<Ours, 'onChunkReceived'>>();
// @ts-expect-error offChunkReceived is missing
export const a5: Theirs = make<Omit<Ours, 'offChunkReceived'>>();
// @ts-expect-error then is missing
export const a6: Theirs = make<Omit<Ours, 'then'>>();
// @ts-expect-error abort is missing
export const b1: Wx = make<Omit<Ours, 'abort'>>();
// @ts-expect-error onHeadersReceived is missing
export const b2: Wx = make<Omit<Ours, 'onHeadersReceived'>>();
// @ts-expect-error offHeadersReceived is missing
export const b3: Wx = make<Omit<Ours, 'offHeadersReceived'>>();
// @ts-expect-error onChunkReceived is missing
export const b4: Wx = make<Omit<Ours, 'onChunkReceived'>>();
// @ts-expect-error offChunkReceived is missing
export const b5: Wx = make<Omit<Ours, 'offChunkReceived'>>();
// @ts-expect-error an event without the header
export const b6: Theirs = make<
  Omit<Ours, 'onHeadersReceived'> & { onHeadersReceived(f: (e: { status: 1 }) => void): void }
>();
// @ts-expect-error the answer is another one
export const c1: Taro.RequestTask<{ name: string }> = make<Ours>();

// The functions.
type TaroPart = Pick<Taro.TaroStatic, 'request' | 'addInterceptor' | 'cleanInterceptors'>;
export const request: typeof Taro.request = make<TaroRequests>().request;
export const bare: typeof Taro.request = make<Request>();
export const part: TaroPart = make<TaroRequests>();
// @ts-expect-error a request that gives a bare promise
export const bad: typeof Taro.request = make<(options: Taro.request.Option) => Promise<Answer>>();

// Options and answers of Taro and wx, in the code of an app.
export async function app(taro: TaroRequests, option: Taro.request.Option<Answer, Answer>) {
  taro.request<Answer>(option);
  // (wx's callbacks expect what only WeChat's own network stack has to tell.)
  taro.request(make<Omit<WechatMiniprogram.RequestOption, 'success' | 'fail' | 'complete'>>());
  taro.request({ url: '/', mode: 'cors', credentials: 'include', enableHttp2: true, forceCellularNetwork: true });
  // @ts-expect-error a misspelt option
  taro.request({ url: '/', enableChunkd: true });
  // @ts-expect-error no url
  taro.request({ data: {} });

  const task = taro.request<Answer>({ url: '/', success: (result) => void result.data.id });
  const heard: Taro.RequestTask.onHeadersReceived.Callback = ({ header }) => void header['content-type'];
  task.onHeadersReceived(heard);
  task.offHeadersReceived(heard);
  const wxHeard = ({ statusCode, cookies, header }: HeadersEvent) => void [statusCode, cookies, header];
  task.onHeadersReceived(wxHeard);
  task.offHeadersReceived();
  task.onChunkReceived(({ data }) => void data.byteLength);
  task.abort();
  const result: Taro.request.SuccessCallbackResult<Answer> = await task;
  const id: number = result.data.id;
  // @ts-expect-error not what the answer has
  const name: string = (await task).data.name;

  taro.addInterceptor((chain) => chain.proceed({ ...chain.requestParams, timeout: 1000 }));
  taro.addInterceptor(make<Taro.interceptors>().logInterceptor);
  const theirOwn: Taro.interceptor = async (chain) => (await chain.proceed(chain.requestParams)).data;
  taro.addInterceptor(theirOwn);
  taro.cleanInterceptors();
  return [id, name];
}

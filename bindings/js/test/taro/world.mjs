// The server and the requester of one test file: made before its first test, closed after its last.
import { after, before } from 'node:test';
import { createTaro } from 'reqtask-js/taro';
import { startServer } from '../../../testing/server.mjs';
import { openRequester } from './support.mjs';

/** Set when the first test begins. */
export let server, requester;

before(async () => {
  server = await startServer();
  requester = openRequester();
});
after(async () => {
  requester.close();
  await server.stop();
});

/** Our entry in the place of Taro's, with these interceptors. */
export function taroWith(...list) {
  const taro = createTaro(requester);
  list.forEach(taro.addInterceptor);
  return taro;
}

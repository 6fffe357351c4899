// The three usages of RequestTask in Taro's documentation, word for word, with Taro.request replaced by ours.
//
//     node examples/js/taro-usages.mjs [URL]
//
// In the first two, abort comes in the same tick: success never runs and nothing is sent. In the third it comes after the
// end and does nothing.
// In your own project: import { request } from 'reqtask';
import { request } from '../../bindings/node/index.mjs';
import { startLocalServer } from './local-server.mjs';

const Taro = { request };
let seen = 0;
const server = process.argv[2] ? null : await startLocalServer(() => seen++);
const url = process.argv[2] ?? `${server.url}/test`;

console.log('1. with callbacks');
{
  const requestTask = Taro.request({
    url,
    data: {
      x: '',
      y: '',
    },
    header: {
      'content-type': 'application/json', // the default
    },
    success(res) {
      console.log('   success', res.data);
    },
  });

  requestTask.abort(); // takes the request back

  // What the documentation does not show: the promise says so.
  await requestTask.catch((error) => console.log('   rejected:', error.errMsg));
}

console.log('2. with then');
{
  const requestTask = Taro.request({
    url,
    data: {
      x: '',
      y: '',
    },
    header: {
      'content-type': 'application/json',
    },
  });

  const chain = requestTask.then((res) => console.log('   then', res.data));

  requestTask.abort();

  await chain.catch((error) => console.log('   rejected:', error.errMsg));
}
if (server) console.log(`   requests that the server saw so far: ${seen}`);

console.log('3. with await');
{
  const params = { url, data: { x: '', y: '' } };

  const requestTask = Taro.request(params);
  const res = await requestTask;

  requestTask.abort(); // too late to do anything

  console.log('   status', res.statusCode, res.errMsg, res.data);
}

await server?.stop();

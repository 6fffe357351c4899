// What the picture of the Node benchmark shows; ../picture.mjs draws it.

export const TITLE = 'reqtask in Node, beside Node’s own clients';

export const STYLES = {
  reqtask: 'ours',
  'reqtask fetch': 'ours2',
  'undici fetch': 'undici',
  'undici.request': 'undici2',
  'node:http': 'node',
  idle: 'idle',
};

export const PANELS = [
  {
    work: 'get',
    heading: 'requests/s',
    title: 'Small keep-alive GETs: requests per second, more is better',
    target: { times: 1.3, words: '1.3 times undici fetch, in the same round' },
    judged: 'to undici fetch',
  },
  {
    work: 'get',
    heading: 'CPU µs/request',
    title: 'Small keep-alive GETs: CPU µs per request, less is better',
  },
  {
    work: 'body',
    heading: 'MB/s',
    title: 'A large body into JavaScript: MB/s, more is better',
    target: { times: 1, words: 'node:http, in the same round' },
    judged: 'to node:http',
  },
  {
    work: 'events',
    heading: 'loop delay p99, ms',
    title: '10,000 events each second: delay of the event loop, p99 in ms, less is better',
    target: { value: 5, words: '5 ms' },
    judged: 'loop delay p99, ms',
  },
  {
    work: 'events',
    heading: 'CPU µs/event',
    title: '10,000 events each second: CPU µs per event, less is better',
  },
];

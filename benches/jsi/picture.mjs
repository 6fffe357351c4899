// What the picture of the JSI benchmark shows; ../picture.mjs draws it.

export const TITLE = 'The host for React Native, in each engine';

export const STYLES = { C: 'idle', jsc: 'ours', 'jsc-zero-copy': 'ours2', hermes: 'node' };

export const PANELS = [
  {
    work: 'latency',
    heading: 'p50',
    title: 'From the sender’s send() to the listener: p50 in µs, less is better',
  },
  {
    work: 'latency',
    heading: 'p50 after C',
    title: 'What the way into JavaScript adds to that: µs, less is better',
    target: { value: 100, words: '100 µs' },
    judged: 'p50 after C',
  },
  {
    work: 'events',
    heading: 'events/s',
    title: 'Chunk events of 64 bytes: events per second, more is better',
    target: { value: 100000, words: '100,000 events each second' },
    judged: 'events/s',
  },
  {
    work: 'body',
    heading: 'speed',
    title: 'A large body: MB/s, more is better',
  },
  {
    work: 'sleeping consumer',
    heading: 'peak memory above the start',
    title: 'A listener that sleeps: MiB of memory above the start, less is better',
    target: { value: 32, words: '32 MiB' },
    judged: 'peak memory above the start',
  },
];

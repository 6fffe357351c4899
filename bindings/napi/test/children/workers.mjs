// Worker threads that end in different ways with requests in flight: workers.mjs HOW TIMES SILENT FAST.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Client, fake, Flag, native } from '../host.mjs';

const words = { terminate: 'terminated', exit: 'exited', end: 'ended', late: 'late' };

async function main([how, times, silent, fast]) {
  const one = async () => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { how, silent, fast } });
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    const ended = once(worker, 'exit');
    failed.catch(() => {});
    if (how === 'terminate') {
      await Promise.race([once(worker, 'message'), failed]);
      await worker.terminate();
    }
    await Promise.race([ended, failed]);
  };
  if (how === 'end') await Promise.all(Array.from({ length: Number(times) }, one));
  else for (let i = 0; i < Number(times); i++) await one();
  if (fake) {
    const { functionsMade, functionsReleased, functionsLeft, lateCalls } = fake.counters();
    // The main thread's is still in use.
    if (functionsReleased !== functionsMade - 1 || functionsLeft || lateCalls) console.log(fake.counters());
  }
  // The main thread's own glue is untouched by all this.
  const client = new Client();
  client.start(fast.replace(/bytes\/.*/, 'hello'));
  await client.until(() => client.events.some(([kind, , status]) => kind === 4 && status === 0));
  client.close();
  console.log(words[how], times);
}

async function worker({ how, silent, fast }) {
  const client = new Client();
  const streaming = Array.from({ length: how === 'end' ? 6 : 50 }, (_, i) =>
    client.start(i % 5 ? silent : fast, { flags: Flag.Chunks }),
  );
  if (how === 'end') {
    for (const task of streaming) await client.end(task);
    return;
  }
  await client.until(() => client.events.filter(([kind]) => kind === 2).length >= 20);
  client.onDeliver = () => {
    client.events = [];
    if (how === 'exit') process.exit(0);
  };
  if (how === 'terminate') parentPort.postMessage('streaming');
  if (how === 'late') {
    process.once('exit', () => {
      for (const task of streaming) native.abort(task);
      client.start(fast);
      new Client().start(silent);
      client.close();
    });
    process.exit(0);
  }
}

await (isMainThread ? main(process.argv.slice(2)) : worker(workerData));

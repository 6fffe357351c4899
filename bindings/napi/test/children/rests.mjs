// Pauses a task of which the headers have come, does what its argument says, and has nothing else to do.
import { Client, Flag, Kind, native } from '../host.mjs';

const [what, url] = process.argv.slice(2);
const client = new Client();
const other = new Client();
const task = client.start(url, { flags: Flag.Chunks });
await client.until(() => client.of(task, Kind.Headers).length > 0);
native.pause(task);
native.pause(task);
if (what === 'pause') console.log('paused');
if (what === 'close') {
  // The task of the other client goes on, and must hold the process.
  const last = other.start(new URL('/hello', url).href);
  client.close();
  console.log('closed', (await other.completion(last)).status);
}
if (what === 'resume') native.resume(task);
if (what === 'abort') native.abort(task);
if (what === 'resume' || what === 'abort') console.log('complete', (await client.completion(task)).status);

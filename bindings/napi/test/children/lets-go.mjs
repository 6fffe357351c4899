// Aborts or closes in the middle of a body that would never end.
import { Client, Flag, native } from '../host.mjs';

const [how, url] = process.argv.slice(2);
const client = new Client();
const task = client.start(url, { flags: Flag.Chunks });
await client.until(() => client.events.some(([kind]) => kind === 2));
if (how === 'abort') native.abort(task);
else client.close();
console.log(how);

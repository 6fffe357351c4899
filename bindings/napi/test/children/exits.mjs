// Ends the process while streams run: some silent, some fast.
import { Client, Flag } from '../host.mjs';

const [silent, fast] = process.argv.slice(2);
const client = new Client();
const tasks = [silent, fast, silent, fast].map((url) => client.start(url, { flags: Flag.Chunks }));
await client.until(() => tasks.every((task) => client.of(task, 2).length > 0));
console.log('streaming');
client.onDeliver = () => process.exit(0);

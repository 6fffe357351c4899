// Makes one request and has nothing else to do.
import { Client } from '../host.mjs';

const client = new Client();
client.onDeliver = (events) => {
  for (const [kind, , status] of events) if (kind === 4) console.log('complete', status);
};
client.start(process.argv[2]);

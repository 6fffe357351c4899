// deliver throws for the first three tasks of five.
import { native } from '../host.mjs';

const [what, url] = process.argv.slice(2);
const thrown = {
  error: new Error('from deliver'),
  text: 'from deliver',
  undefined: undefined,
  unhandled: new Error('from deliver'),
}[what];
let caught = 0;
let completed = 0;
if (what !== 'unhandled')
  process.on('uncaughtException', (error) => {
    caught++;
    if (error !== thrown && error?.message !== String(thrown)) console.log('another', error);
  });
const client = native.open([], (events) => {
  for (const [kind] of events) if (kind === 4) completed++;
  if (events.some(([kind]) => kind === 4)) next();
  if (completed <= 3 && events.some(([kind]) => kind === 4)) throw thrown;
});
function next() {
  if (completed < 5) native.start(client, 'GET', url, [], null, [], 0);
}
next();
process.once('exit', () => console.log(`caught ${caught}, completed ${completed}`));

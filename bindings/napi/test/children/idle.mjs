// Opens clients and forgets them.
import { Client } from '../host.mjs';

new Client();
new Client();
console.log('opened');

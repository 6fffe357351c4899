export * from './fetch.cjs';
import * as fetch from './fetch.cjs';
export default fetch;

export * from './index.cjs';
import * as reqtask from './index.cjs';
export default reqtask;

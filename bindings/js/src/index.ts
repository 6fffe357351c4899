export * from './types.js';
export * from './native.js';

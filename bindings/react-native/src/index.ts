/** The package: everything of reqtask-js, and the requester on the core in this app. */
export * from 'reqtask-js';
export { request, configure, close } from './requester.js';

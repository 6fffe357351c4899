/** The one requester of the app: all entries share its settings and connections. */
import { createRequest } from 'reqtask-js';
import { findHost, lazyHost } from './native.js';

export const { request, configure, close } = createRequest(lazyHost(findHost));

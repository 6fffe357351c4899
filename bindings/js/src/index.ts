/** Everything public. The names without a comment of their own are told in types.ts, native.ts and their files. */
export * from './types.js';
export * from './native.js';
export { createRequest } from './request.js';
export { RequestError } from './errors.js';
export { events, EventStreamParser, type EventStreamOptions, type ServerSentEvent } from './event-stream.js';
export { MessageListeners, type MessageSource } from './messages.js';
export { lines, ndjson, type LinesOptions } from './lines.js';
export type { ChunkSource } from './parsed.js';
export { Utf8Decoder } from './utf8.js';
export { withTaskMethods, neverUnhandled, type TaskMethods } from './thenable.js';

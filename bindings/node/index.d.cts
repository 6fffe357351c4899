import type { Requester } from 'reqtask-js';

export * from 'reqtask-js';

export declare const request: Requester['request'];
export declare const configure: Requester['configure'];
export declare const close: Requester['close'];

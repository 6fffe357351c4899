/**
 * One request of an EventSource: asks, judges the answer, parses the stream, and tells its owner. It tells nothing after
 * `close`, and after `onLost` or `onRefused`, of which exactly one ends every connection that was not closed.
 */
import { RawBody } from '../encode.js';
import type { RequestError } from '../errors.js';
import { EventStreamParser, type ServerSentEvent } from '../event-stream.js';
import type { HeadersEvent, Reason, Requester, RequestTask } from '../types.js';
import type { Settings } from './init.js';

/** `lastEventId` of the settings is that of the moment. */
export interface Question extends Settings {
  readonly url: string;
}

/** Why a connection ended; `message` is "" for a stream that the server ended. */
export interface End {
  readonly message: string;
  readonly statusCode?: number;
  readonly error?: Error;
}

export interface Owner {
  /** An event stream begins; `url` is the one that answered. */
  onAnswer(url: string): void;
  onMessage(message: ServerSentEvent): void;
  /** The server has said how long to wait before asking again. */
  onRetry(milliseconds: number): void;
  /** The id of the last finished block. */
  onLastEventId(id: string): void;
  onLost(end: End): void;
  onRefused(end: End): void;
}

const CONNECT_MS = 60000;

/** Asking again in the same words would end in the same way. `system`: above all, the app lacks the native part. */
const FUTILE: readonly Reason[] = [
  'invalid url',
  'parameter error',
  'invalid data',
  'certificate',
  'redirect',
  'system',
];

export class Connection {
  private readonly task: RequestTask;
  private readonly parser: EventStreamParser;
  private open = true;

  constructor(
    requester: Pick<Requester, 'request'>,
    question: Question,
    private readonly owner: Owner,
  ) {
    const { lastEventId, maxEventBytes } = question;
    this.parser = new EventStreamParser({
      lastEventId,
      ...(maxEventBytes !== undefined && { maxBytes: maxEventBytes }),
    });
    this.task = ask(requester, question);
    this.task.onHeadersReceived((event) => this.judge(event));
    this.task.onChunkReceived(({ data }) => this.read(data));
    this.task.then(
      () => this.end('onLost', { message: '' }),
      (error: RequestError) => this.fail(error),
    );
  }

  close(): void {
    this.open = false;
    this.task.abort();
  }

  private judge({ statusCode, header, url }: HeadersEvent): void {
    if (!this.open) return;
    const type = header['content-type'] ?? '';
    if (statusCode !== 200) {
      this.end('onRefused', { message: `the server answered with status ${statusCode}`, statusCode });
    } else if (!/^\s*text\/event-stream\s*(;|$)/i.test(type)) {
      const said = type === '' ? 'no content-type' : `content-type ${JSON.stringify(type)}`;
      this.end('onRefused', { message: `the answer is no event stream: it has ${said}`, statusCode });
    } else {
      this.owner.onAnswer(url);
    }
  }

  private read(data: ArrayBuffer): void {
    if (!this.open) return;
    const messages: ServerSentEvent[] = [];
    let failure: unknown = null;
    try {
      this.parser.push(data, messages);
    } catch (error) {
      failure = error;
    }
    for (const message of messages) {
      // A listener may close the source.
      if (!this.open) return;
      this.owner.onLastEventId(message.id);
      this.owner.onMessage(message);
    }
    if (!this.open) return;
    this.owner.onLastEventId(this.parser.lastEventId);
    if (this.parser.reconnectionTime !== undefined) this.owner.onRetry(this.parser.reconnectionTime);
    if (failure !== null) {
      this.end('onRefused', { message: (failure as Error).message, error: failure as Error });
    }
  }

  private fail(error: RequestError): void {
    const futile = FUTILE.indexOf(error.reason) >= 0;
    this.end(futile ? 'onRefused' : 'onLost', { message: error.errMsg, error });
  }

  private end(how: 'onLost' | 'onRefused', end: End): void {
    if (!this.open) return;
    this.close();
    this.owner[how](end);
  }
}

function ask(requester: Pick<Requester, 'request'>, question: Question): RequestTask {
  const header: Record<string, string> = {
    accept: 'text/event-stream',
    'cache-control': 'no-store',
    ...question.headers,
  };
  if (isFieldValue(question.lastEventId)) header['last-event-id'] = question.lastEventId;
  // As request() does for text.
  if (typeof question.body === 'string' && !('content-type' in header)) header['content-type'] = 'application/json';
  return requester.request({
    url: question.url,
    method: question.method,
    header,
    ...(question.body !== null && { data: new RawBody(question.body) }),
    enableChunked: true,
    enableProfile: false,
    timeouts: { connect: CONNECT_MS, headers: Infinity, idle: question.idleTimeout, total: Infinity },
  });
}

/** An id may hold control characters, which no header field can (RFC 9110, 5.5). Then the server is not told of it. */
function isFieldValue(id: string): boolean {
  return id !== '' && !/[\x00-\x08\x0a-\x1f\x7f]/.test(id);
}

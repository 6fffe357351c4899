/**
 * How a request fails: the one place where a status of the C API becomes a reason, an errno and an errMsg. Texts are
 * English on every device, and `reason` and `errno` never change their meaning.
 *
 * | reason          | errno  | reqtask_status                                        | from this layer                       |
 * | --------------- | ------ | ----------------------------------------------------- | ------------------------------------- |
 * | abort           | 600004 | ABORTED -100                                          | a signal that was aborted before      |
 * | timeout         | 5      | TIMEOUT -101                                          | chunks that nobody takes              |
 * | dns             | 600001 | RESOLVE -102                                          |                                       |
 * | connect         | 600001 | CONNECT -103                                          |                                       |
 * | proxy           | 600001 | PROXY -104                                            |                                       |
 * | tls             | 600001 | TLS -105                                              |                                       |
 * | certificate     | 600001 | CERTIFICATE -106                                      |                                       |
 * | interrupted     | 600003 | IO -107                                               |                                       |
 * | protocol        | 600001 | PROTOCOL -108                                         |                                       |
 * | redirect        | 600008 | REDIRECT -109                                         |                                       |
 * | too large       | 602300 | TOO_LARGE -110                                        | text longer than the engine can hold  |
 * | decode          | 600001 | DECODE -111                                           |                                       |
 * | invalid url     | 600009 | INVALID_ARG -1 in step "request" (its method is ours) |                                       |
 * | invalid data    | 600010 | INVALID_ARG -1 in step "body"                         | data that cannot be serialised        |
 * | parameter error | 600005 | INVALID_ARG -1 elsewhere, UNSUPPORTED -4              | options of a wrong kind; 600009 where |
 * |                 |        |                                                       | the url is missing or no string       |
 * | busy            | 600007 | BUSY -6                                               |                                       |
 * | system          | 600006 | all others: NOT_FOUND -2, STATE -3, REENTRANT -5,     | a host that throws something else     |
 * |                 |        | CLOSED -7, NO_MEMORY -8, PANIC -9, unknown ones       |                                       |
 *
 * errMsg is `request:fail ${reason}`, and for all but abort and timeout a colon and a sentence follow where there is one.
 */
import { withOptionNames } from './option-keys.js';
import type { FailResult, Phase, Profile, Reason, ResponseHeader } from './types.js';

/** What was known when a request failed. `errno` replaces the usual one of the reason. */
export interface Known {
  errno?: number | undefined;
  phase?: Phase | undefined;
  statusCode?: number | undefined;
  header?: ResponseHeader | undefined;
  profile?: Profile | undefined;
}

const ERRNO: Record<Reason, number> = {
  abort: 600004,
  timeout: 5,
  dns: 600001,
  connect: 600001,
  proxy: 600001,
  tls: 600001,
  certificate: 600001,
  interrupted: 600003,
  protocol: 600001,
  redirect: 600008,
  'too large': 602300,
  decode: 600001,
  'invalid url': 600009,
  'invalid data': 600010,
  'parameter error': 600005,
  busy: 600007,
  system: 600006,
};

/** By reqtask_status; those that are not here are 'system'. */
const REASON: { readonly [status: number]: Reason } = {
  [-1]: 'parameter error',
  [-4]: 'parameter error',
  [-6]: 'busy',
  [-100]: 'abort',
  [-101]: 'timeout',
  [-102]: 'dns',
  [-103]: 'connect',
  [-104]: 'proxy',
  [-105]: 'tls',
  [-106]: 'certificate',
  [-107]: 'interrupted',
  [-108]: 'protocol',
  [-109]: 'redirect',
  [-110]: 'too large',
  [-111]: 'decode',
};

/** By REQTASK_PHASE_*; 0 is "not started". */
const PHASES: readonly (Phase | undefined)[] = [
  undefined,
  'queue',
  'resolve',
  'connect',
  'tls',
  'send',
  'headers',
  'body',
];

/** What `fail` gets and the promise rejects with. Own and enumerable: errMsg, errno, reason, and of the rest what is known. */
export class RequestError extends Error implements FailResult {
  errMsg: string;
  errno: number;
  reason: Reason;
  phase?: Phase;
  statusCode?: number;
  header?: ResponseHeader;
  profile?: Profile;

  constructor(reason: Reason, detail: string, known: Known) {
    const more = detail !== '' && reason !== 'abort' && reason !== 'timeout';
    const errMsg = `request:fail ${reason}${more ? `: ${detail}` : ''}`;
    super(errMsg);
    this.errMsg = errMsg;
    this.errno = known.errno ?? ERRNO[reason];
    this.reason = reason;
    if (known.phase !== undefined) this.phase = known.phase;
    if (known.statusCode !== undefined) this.statusCode = known.statusCode;
    if (known.header !== undefined) this.header = known.header;
    if (known.profile !== undefined) this.profile = known.profile;
  }
}

Object.defineProperty(RequestError.prototype, 'name', { value: 'RequestError', configurable: true, writable: true });

/** A failure that this layer found by itself. `detail` is a sentence for people; abort and timeout never show it. */
export function failure(reason: Reason, detail = '', known: Known = {}): RequestError {
  return new RequestError(reason, detail, known);
}

/** The failure for what `start` threw, by its `code` and `step` (see NativeError). Takes anything that can be thrown. */
export function refused(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const { code, step } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    step?: unknown;
  };
  if (typeof code !== 'number') return failure('system', messageOf(error));
  const detail = withOptionNames(messageOf(error));
  if (code === -1 && step === 'request') return failure('invalid url', detail);
  if (code === -1 && step === 'body') return failure('invalid data', detail);
  return failure(REASON[code] ?? 'system', detail);
}

/** The failure for a completion whose status is not 0. `phase` is a REQTASK_PHASE_*, `message` the core's sentence. */
export function ended(status: number, phase: number, message: string, known: Known = {}): RequestError {
  return failure(REASON[status] ?? 'system', withOptionNames(message), {
    ...known,
    phase: known.phase ?? PHASES[phase],
  });
}

/** The words of anything that was thrown; never throws itself. */
export function messageOf(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
    return String(error);
  } catch {
    return 'an error that cannot be read';
  }
}

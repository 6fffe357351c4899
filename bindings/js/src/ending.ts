/**
 * The end of a request as the app sees it: what success and failures are made of, and in which order it is told: success
 * or fail, complete with the same object, then the promise. What the app's functions throw changes nothing of that (D-8).
 */
import { decodeBody } from './answer.js';
import type { Chunks } from './chunks.js';
import { failure, type Known, messageOf, type RequestError } from './errors.js';
import type { NativeAnswer } from './native.js';
import type { Plan } from './plan.js';
import { makeProfile } from './profile.js';
import { callSafely } from './report.js';
import type { FailResult, HeadersEvent, SuccessResult } from './types.js';

/** The app's functions in the options; anything else there counts as none. */
export interface Callbacks {
  success: unknown;
  fail: unknown;
  complete: unknown;
}

/** Settles the task's promise. */
export interface Settle {
  resolve(result: SuccessResult): void;
  reject(error: FailResult): void;
}

/** What is known of an answer when a request ends. */
export interface Answered {
  readonly plan: Plan | null;
  readonly head: HeadersEvent | null;
  readonly chunks: Chunks | null;
  readonly invokeStart: number;
}

/** The result of a completion without an error. A host that reports one without an answer is broken; that is a failure. */
export function successOf(answered: Answered, answer: NativeAnswer | null): SuccessResult | RequestError {
  const { plan, head, chunks } = answered;
  if (!head || !answer || !plan) return failure('system', 'the host reported success without an answer');
  let data: unknown;
  try {
    data = dataOf(plan, head, chunks, answer);
  } catch (error) {
    // The bytes are here, but engines limit the length of a text (V8: 512 MiB) and may lack the memory for another copy.
    return failure('too large', `the body does not fit into data: ${messageOf(error)}`, knownOf(answered, answer));
  }
  const { statusCode, header, cookies } = head;
  const result: SuccessResult = { data, statusCode, header, cookies, errMsg: 'request:ok' };
  const profile = profileOf(answered, answer);
  if (profile) result.profile = profile;
  return result;
}

function dataOf(plan: Plan, head: HeadersEvent, chunks: Chunks | null, { body }: NativeAnswer): unknown {
  const { dataType, responseType } = plan;
  if (isHandedBack(plan, head)) return decodeBody(null, dataType, responseType);
  return chunks ? chunks.result() : decodeBody(body, dataType, responseType);
}

/** What goes into a failure (H-7). */
export function knownOf(answered: Answered, answer: NativeAnswer | null): Known {
  const { head } = answered;
  return {
    statusCode: head?.statusCode,
    header: head?.header,
    profile: answer ? profileOf(answered, answer) : undefined,
  };
}

export function tellSuccess(callbacks: Callbacks, settle: Settle | null, result: SuccessResult): void {
  call(callbacks.success, result);
  call(callbacks.complete, result);
  settle?.resolve(result);
}

export function tellFailure(callbacks: Callbacks, settle: Settle | null, error: FailResult): void {
  call(callbacks.fail, error);
  call(callbacks.complete, error);
  settle?.reject(error);
}

/** A redirect that was not to be followed: what body it has is for people and not given out (C-3). */
function isHandedBack({ manual }: Plan, { statusCode, header }: HeadersEvent): boolean {
  return manual && statusCode >= 300 && statusCode < 400 && 'location' in header;
}

function profileOf({ plan, invokeStart }: Answered, answer: NativeAnswer): SuccessResult['profile'] {
  return plan?.profile ? makeProfile(answer, invokeStart) : undefined;
}

function call(callback: unknown, argument: SuccessResult | FailResult): void {
  if (typeof callback === 'function') callSafely(callback as (argument: unknown) => unknown, argument);
}

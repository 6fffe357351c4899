/**
 * The life of a task as a pure table: in which state, on which input, what is done and what state follows. A cell that is
 * not in the table changes nothing and does nothing. Knows nothing of hosts, listeners, promises or pauses.
 *
 * | state    | turn            | refuse      | headers           | chunk | complete        | overdue        | abort               | close |
 * | -------- | --------------- | ----------- | ----------------- | ----- | --------------- | -------------- | ------------------- | ----- |
 * | refused  | ended, fail     |             |                   |       |                 |                | aborting            | ended |
 * | planned  | started, start  |             |                   |       |                 |                | aborting            | ended |
 * | started  |                 | ended, fail | headers, announce |       | ended, finish   |                | aborting, abortHost | ended |
 * | headers  |                 |             |                   | hand  | ended, finish   | ended, timeOut | aborting, abortHost | ended |
 * | aborting | ended, endAbort |             |                   |       | ended, endAbort |                |                     | ended |
 * | ended    |                 |             |                   |       |                 |                |                     |       |
 *
 * States: `refused` the options were bad and the failure is not told yet; `planned` nothing has gone to the host yet;
 * `started` the host has it; `headers` the answer's head has come; `aborting` abort() was called and the end is not told
 * yet; `ended` all has been told, or never will be.
 *
 * Inputs: `turn` the microtask that the task asked for (after request(), or after an abort that the host will not answer);
 * `refuse` the host threw at start; `headers`, `chunk`, `complete` the host's events, once no pause holds them back;
 * `overdue` kept chunks have waited too long for a listener; `abort` the app's abort or its signal; `close` the client or
 * the engine goes away, and nothing is told any more.
 *
 * So an abort wins over everything that has not been told when it is called, and an abort before `turn` sends nothing.
 */

export type State = 'refused' | 'planned' | 'started' | 'headers' | 'aborting' | 'ended';
export type Input = 'turn' | 'refuse' | 'headers' | 'chunk' | 'complete' | 'overdue' | 'abort' | 'close';

/**
 * What is to be done: `start` the native task; `fail` with the known failure; `announce` the headers; `hand` the chunk on;
 * `finish` with what the completion says; `endAbort` fail with `request:fail abort`; `timeOut` fail with `request:fail
 * timeout` and abort the native task; `abortHost` abort the native task, the end is told later.
 */
export type Action = 'none' | 'start' | 'fail' | 'announce' | 'hand' | 'finish' | 'endAbort' | 'timeOut' | 'abortHost';

export interface Cell {
  readonly next: State;
  readonly action: Action;
}

const to = (next: State, action: Action = 'none'): Cell => ({ next, action });

const TABLE: Record<State, Partial<Record<Input, Cell>>> = {
  refused: { turn: to('ended', 'fail'), abort: to('aborting'), close: to('ended') },
  planned: { turn: to('started', 'start'), abort: to('aborting'), close: to('ended') },
  started: {
    refuse: to('ended', 'fail'),
    headers: to('headers', 'announce'),
    complete: to('ended', 'finish'),
    abort: to('aborting', 'abortHost'),
    close: to('ended'),
  },
  headers: {
    chunk: to('headers', 'hand'),
    complete: to('ended', 'finish'),
    overdue: to('ended', 'timeOut'),
    abort: to('aborting', 'abortHost'),
    close: to('ended'),
  },
  aborting: { turn: to('ended', 'endAbort'), complete: to('ended', 'endAbort'), close: to('ended') },
  ended: {},
};

const STAY: Record<State, Cell> = {
  refused: to('refused'),
  planned: to('planned'),
  started: to('started'),
  headers: to('headers'),
  aborting: to('aborting'),
  ended: to('ended'),
};

/** The cell of the table. */
export function step(state: State, input: Input): Cell {
  return TABLE[state][input] ?? STAY[state];
}

/** Whether headers and chunks may still be told. */
export function isOpen(state: State): boolean {
  return state !== 'aborting' && state !== 'ended';
}

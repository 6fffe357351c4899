/**
 * What an EventSource does about what happens to its connection (HTML standard 9.2.3), as a table: from a state and an input to
 * the next state and the effects, in their order.
 *
 *              | answered        | refused        | lost            | time    | close
 *   connecting | open: announce  | closed: error  | waiting: error, | -       | closed: stop
 *              |                 |                | wait            |         |
 *   open       | -               | closed: error  | waiting: error, | -       | closed: stop
 *              |                 |                | wait            |         |
 *   waiting    | -               | -              | -               | connect | closed: stop
 *   closed     | -               | -              | -               | -       | -
 *
 * answered: an event stream begins. refused: there is none and asking again would not help. lost: the connection broke, or the
 * stream ended. time: the wait is over. close: the app's call.
 */
export type State = 'connecting' | 'open' | 'waiting' | 'closed';
export type Input = 'answered' | 'refused' | 'lost' | 'time' | 'close';
/** announce, error: fire `open`, `error`. wait: begin the wait. connect: ask. stop: end request and wait without an event. */
export type Effect = 'announce' | 'error' | 'wait' | 'connect' | 'stop';

export interface Step {
  readonly next: State;
  readonly effects: readonly Effect[];
}

const FAIL: Step = { next: 'closed', effects: ['error'] };
const AGAIN: Step = { next: 'waiting', effects: ['error', 'wait'] };
const STOP: Step = { next: 'closed', effects: ['stop'] };

const TABLE: Readonly<Record<State, Partial<Record<Input, Step>>>> = {
  connecting: { answered: { next: 'open', effects: ['announce'] }, refused: FAIL, lost: AGAIN, close: STOP },
  open: { refused: FAIL, lost: AGAIN, close: STOP },
  waiting: { time: { next: 'connecting', effects: ['connect'] }, close: STOP },
  closed: {},
};

/** null: nothing happens. */
export function step(state: State, input: Input): Step | null {
  return TABLE[state][input] ?? null;
}

/**
 * What a case works with: the requester under test, the scripted server's levers, and the event log.
 *
 * A case watches a request (`t.watch`), steers the server by its script, gates and log (so it waits for events, not for
 * time), and ends with `t.end`. The words of the log are made here, so that all cases speak alike. See harness.js for
 * what it may use of an engine.
 */
import { describe, describeBytes, failureLine, joined } from './words.js';

/** Numbers cases, so that each has paths and gates of its own, also on a server that has seen other runs. */
const run = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
let made = 0;

export function makeToolkit(environment, log) {
  const tag = 'case-' + run + '-' + ++made;
  const requesters = [];
  const stops = [];
  const settled = new Map();
  let main;
  let controller;

  const create = () => {
    const requester = environment.create();
    requesters.push(requester);
    return requester;
  };

  const t = {
    tag,
    http: environment.http,
    https: environment.https,
    ports: environment.ports,
    caPem: environment.caPem,
    events: environment.events,

    /** Adds a line to the event log. */
    log(line) {
      log.push(line);
    },

    /** The requester under test: it is this case's own. */
    get requester() {
      if (!main) main = create();
      return main;
    },
    request: (options) => t.requester.request(options),
    configure: (options) => t.requester.configure(options),
    create,

    /** An answer in the words of the server's script language, at a path that only this case uses. */
    script(...steps) {
      return t.http + t.path + '?' + steps.map(encodeURIComponent).join('&');
    },
    /** The same over TLS. Call trustServer() first. */
    secureScript(...steps) {
      return t.https + t.path + '?' + steps.map(encodeURIComponent).join('&');
    },
    path: '/script/' + tag,
    /** An answer whose script does not fit into a URL, or whose query is the case's own: a promise of { url }. */
    named: (...steps) => t.control('/_scripts/' + tag, steps.join('\n')).then(() => ({ url: t.http + '/s/' + tag })),
    trustServer() {
      t.configure({ rootsPem: environment.caPem });
    },
    /** A step that waits until `open(name)`. */
    gate: (name) => 'gate ' + tag + '-' + name,
    open: (name) => t.control('/_open/' + tag + '-' + name),

    /** Asks the server aside; the answer's text. */
    control(path, body) {
      if (environment.control) return environment.control(path, body);
      if (!controller) controller = create();
      const options = { url: t.http + path, dataType: 'text' };
      if (body !== undefined) {
        options.method = 'POST';
        options.data = body;
        options.header = { 'content-type': 'text/plain' };
      }
      return controller.request(options).then((answer) => {
        if (answer.statusCode !== 200) throw new Error(path + ': ' + answer.statusCode + ' ' + answer.data);
        return answer.data;
      });
    },
    /** Waits for an event in the server's log, also in the past; by default one at this case's path. */
    happened: (filter) => t.control('/_wait?' + query(filter)).then(JSON.parse),
    /** What the server's log holds of such events. */
    history: (filter) =>
      t.control('/_log?' + query(filter)).then((text) =>
        text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      ),
    /** Waits until the server has seen the client go away. */
    clientGone: (filter) =>
      t.happened(Object.assign({ event: 'gone' }, filter)).then(() => log.push('the server saw the end')),
    /** Opens a port: its number. */
    listen: (kind, script) => t.control('/_listen?kind=' + kind, script).then((text) => text.trim()),

    /**
     * Logs that nothing was sent to this case's path. Another request goes first all the way, so that one which was on
     * its way would have been seen.
     */
    nothingSent(filter) {
      return t
        .request(t.http + '/hello')
        .then(() => t.history(Object.assign({ event: 'request' }, filter)))
        .then((seen) => log.push(seen.length === 0 ? 'nothing sent' : 'sent: ' + seen.map((e) => e.detail).join()));
    },
    /** One request to the server and back: whatever was ready to be delivered before, has been delivered. */
    roundTrip: () => t.request(t.http + '/hello').then(() => turn()),
    turn,

    /**
     * Starts a request and logs all that happens to it: headers, chunks, success or fail, complete, resolved or
     * rejected. `how.as` stands before each line; `how.chunks`: 'each' (with enableChunked the default), 'whole' (one
     * line for all), 'none' (no listener). Callbacks of the options are called after their line.
     */
    watch(options, how) {
      const { as, chunks } = Object.assign({ as: '', chunks: options.enableChunked ? 'each' : 'none' }, how);
      const requester = (how && how.requester) || t.requester;
      const say = (line) => log.push(as + line);
      const pieces = [];
      let ending;
      const task = requester.request(
        Object.assign({}, options, {
          success(result) {
            ending = result;
            if (chunks === 'whole') say('body ' + describeBytes(joined(pieces)));
            say('success ' + result.statusCode + ' ' + describe(result.data));
            if (options.success) options.success(result);
          },
          fail(error) {
            ending = error;
            if (chunks === 'whole') say('body ' + describeBytes(joined(pieces)));
            say(failureLine(error));
            if (options.fail) options.fail(error);
          },
          complete(result) {
            say(result === ending ? 'complete same' : 'complete other');
            if (options.complete) options.complete(result);
          },
        }),
      );
      task.onHeadersReceived((event) => say('headers ' + event.statusCode));
      if (chunks !== 'none') {
        task.onChunkReceived((event) => {
          if (chunks === 'whole') pieces.push(event.data);
          else
            say(
              'chunk ' + describeBytes(event.data) + (event.text === undefined ? '' : ' text ' + describe(event.text)),
            );
        });
      }
      settled.set(
        task,
        task.then(
          (result) => {
            say(result === ending ? 'resolved same' : 'resolved other');
            return result;
          },
          (error) => {
            say(error === ending ? 'rejected same' : 'rejected other');
            return error;
          },
        ),
      );
      return task;
    },
    /** Waits until a watched task has ended and all of it is logged: what it ended with. */
    end: (task) => settled.get(task),
    /** Watches a request to its end. */
    run: (options, how) => t.end(t.watch(options, how)),
    /** A promise and the function that resolves it. */
    signal,
    /** Resolves at the task's next chunk, with the event. */
    nextChunk(task) {
      return new Promise((resolve) => {
        const listener = (event) => {
          task.offChunkReceived(listener);
          resolve(event);
        };
        task.onChunkReceived(listener);
      });
    },
    /** Resolves when the headers are there, with the event. */
    headers: (task) => new Promise((resolve) => task.onHeadersReceived(resolve)),

    /** The iterator of `for await`, which ES2017 has not; engines without the symbol use its old name. */
    iterate(iterable) {
      const key = typeof Symbol === 'function' && Symbol.asyncIterator ? Symbol.asyncIterator : '@@asyncIterator';
      return iterable[key]();
    },

    /** What a failing request ends with; an error if it does not fail. */
    failure: (options) =>
      t.request(options).then(
        (result) => {
          throw new Error('it succeeded with ' + result.statusCode);
        },
        (error) => error,
      ),
    /** Sends a request to the server's echo: { line, method, target, field(name), body } as the server received them. */
    sent(options) {
      const whole = Object.assign({ dataType: 'text' }, options, {
        url: t.http + '/echo/' + tag + (options.url || ''),
      });
      return t.request(whole).then((answer) => parseRequest(answer.data));
    },

    /** Hears console warnings from now on, as an array that grows; null where there is no console. */
    warnings() {
      if (typeof console !== 'object' || !console) return null;
      const heard = [];
      const before = console.warn;
      console.warn = (...words) => heard.push(words.join(' '));
      stops.push(() => (console.warn = before));
      return heard;
    },
    /** Errors that reach the host's global handler from now on, as an array that grows. */
    globalErrors() {
      const heard = [];
      stops.push(environment.onGlobalError((error) => heard.push(error)));
      return heard;
    },
    unhandledRejections() {
      const heard = [];
      stops.push(environment.onUnhandledRejection((reason) => heard.push(reason)));
      return heard;
    },
  };

  function query(filter) {
    const whole = Object.assign(filter && (filter.port || filter.path) ? {} : { path: t.path }, filter);
    return Object.keys(whole)
      .map((key) => key + '=' + encodeURIComponent(whole[key]))
      .join('&');
  }

  return {
    t,
    close() {
      stops.forEach((stop) => stop());
      requesters.forEach((requester) => requester.close());
    },
  };
}

function signal() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

/** One turn of the host's event loop. */
function turn(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms || 0));
}

function parseRequest(text) {
  const end = text.indexOf('\r\n\r\n');
  const lines = text.slice(0, end).split('\r\n');
  const [method, target] = lines[0].split(' ');
  const fields = lines
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return {
    line: lines[0],
    method,
    target: target.replace(/^\/echo\/case-\w+-\d+/, ''),
    /** The value of a field, several joined by ", ", or "none". */
    field(name) {
      const values = fields.filter((field) => field[0] === name).map((field) => field[1]);
      return values.length === 0 ? 'none' : values.join(', ');
    },
    body: text.slice(end + 4),
  };
}

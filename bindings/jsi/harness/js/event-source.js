/** The basics of reqtask-js/event-source in an engine without EventTarget, Event or URL. */
const { createRequest } = require('reqtask-js');
const { createEventSource } = require('reqtask-js/event-source');
const native = require('./native.js');
const { equal, runTests } = require('./tests.js');

const requester = createRequest(native);
const EventSource = createEventSource(requester);
const base = environment.http;

/** Opens a source whose events come into a log; resolves with it once the log has `count`. */
function told(path, init, count) {
  return new Promise((resolve) => {
    const log = [];
    const source = new EventSource(base + path, init);
    for (const type of ['open', 'message', 'error', 'add']) {
      source.addEventListener(type, (event) => {
        log.push(type + (event.data === undefined ? '' : ' ' + event.data + ' ' + event.lastEventId));
        if (log.length === count) resolve({ source, log });
      });
    }
  });
}

function control(path, data) {
  return requester.request({ url: base + path, method: data === undefined ? 'GET' : 'PUT', data, dataType: 'text' });
}

function script(lines) {
  return control('/_scripts/events', lines.join('\n'));
}

const head = ['status 200 OK', 'field content-type: text/event-stream', 'chunked', 'head-end'];

runTests({
  'messages, their types and ids, as they come': () =>
    script(head.concat('body id: 1\\ndata:\\sä\\n\\n', 'body event: add\\ndata: b\\n\\n', 'stall'))
      .then(() => told('/s/events', {}, 3))
      .then(({ source, log }) => {
        equal(log, ['open', 'message ä 1', 'add b 1']);
        equal([source.readyState, EventSource.OPEN], [1, 1]);
        source.close();
        equal(source.readyState, 2);
      }),
  'a stream that ends is asked for again': () =>
    script(head.concat('body retry: 1\\nid: 7\\ndata: a\\n\\n', 'end'))
      .then(() => told('/s/events/again', {}, 6))
      .then(({ source, log }) => {
        equal(log, ['open', 'message a 7', 'error', 'open', 'message a 7', 'error']);
        source.close();
      }),
  'an answer that is no event stream closes it': () =>
    told('/hello', {}, 1).then(({ source, log }) => equal([log, source.readyState], [['error'], 2])),
  'no event comes after close, though it was there': () =>
    script(head.concat('body data: a\\n\\ndata: b\\n\\n', 'stall')).then(
      () =>
        new Promise((resolve) => {
          const log = [];
          const source = new EventSource(base + '/s/events');
          source.onmessage = ({ data }) => {
            log.push(data);
            source.close();
            setTimeout(() => resolve(equal(log, ['a'])), 0);
          };
        }),
    ),
});

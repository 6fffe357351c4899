'use strict';
// The package for tests of apps in Node: the same names over the real core, from the npm package `reqtask`. Nothing is pretended:
// a test talks to a server of its own, and headers, chunks, abort and errors are those that the app will see.
//
// All entries in one module, `.` and ./fetch by their names and ./taro as `taro`; jest.js puts them in their places.
const { readFile } = require('node:fs/promises');
const { fileURLToPath } = require('node:url');
const reqtask = require('reqtask');
const { createEventSource } = require('reqtask-js/event-source');
const { createFetch } = require('reqtask-js/fetch');
const { createTaro } = require('reqtask-js/taro');

const { fetch, Headers, Request, Response, FormData, install } = createFetch(reqtask, { readUri });

/** Of the `{ uri, name, type }` parts of a form. On a device, React Native's XMLHttpRequest knows more schemes. */
async function readUri(uri) {
  return uri.startsWith('file:') ? readFile(fileURLToPath(uri)) : (await fetch(uri)).arrayBuffer();
}

module.exports = {
  ...require('reqtask'),
  createFetch,
  fetch,
  Headers,
  Request,
  Response,
  FormData,
  install,
  EventSource: createEventSource(reqtask),
  taro: createTaro(reqtask),
};

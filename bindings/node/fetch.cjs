'use strict';
// fetch of the Fetch standard, on the requester of the package: configure() and close() of `reqtask` are for it, too.
const { createFetch } = require('reqtask-js/fetch');
const { request } = require('./index.cjs');

const { fetch, Headers, Request, Response, FormData, install } = createFetch({ request });

module.exports = { createFetch, fetch, Headers, Request, Response, FormData, install };

'use strict';
// The package: everything of reqtask-js, and one requester on the core of this thread. Written so that Node finds the names
// for `import` without running it: a spread of require() and plain names.
const { createRequest } = require('reqtask-js');
const closeForgotten = require('./forgotten.cjs');
const native = require('./native.cjs');

const { request, configure, close } = createRequest(closeForgotten(native));

module.exports = { ...require('reqtask-js'), request, configure, close };

// A server on Node's http and https modules, as the tests want it: node node_server.mjs ORDERS, a JSON file.
import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';

const orders = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const files = Object.fromEntries(orders.files.map((name) => [name, readFileSync(`${orders.root}/${name}`)]));
const etag = (data) => `"${createHash('sha256').update(data).digest('hex').slice(0, 16)}"`;

// What flows through a stream is the origin's, so that a test feeds it as it feeds the others.
function relay(request, response, gzip) {
  const inner = http.get({ host: '127.0.0.1', port: orders.origin, path: request.url.replace(/^\/gz/, '/b') }, (answer) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
    const out = gzip ? zlib.createGzip() : response;
    response.flushHeaders();
    if (gzip) out.pipe(response);
    answer.on('data', (piece) => {
      out.write(piece);
      if (gzip) out.flush(zlib.constants.Z_SYNC_FLUSH);
    });
    answer.on('end', () => out.end());
    answer.on('error', () => response.destroy());
  });
  inner.on('error', () => response.destroy());
  response.on('close', () => inner.destroy());
}

function authorized(request) {
  return request.headers.authorization === `Basic ${Buffer.from('user:pass').toString('base64')}`;
}

function file(request, response, name) {
  const data = files[name];
  const tag = etag(data);
  const head = { etag: tag, 'last-modified': orders.modified, 'content-type': 'text/plain', 'accept-ranges': 'bytes', vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === tag || request.headers['if-modified-since'] === orders.modified) return response.writeHead(304, head).end();
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range) {
    const from = Number(range[1]);
    const to = range[2] ? Math.min(Number(range[2]), data.length - 1) : data.length - 1;
    if (from >= data.length) return response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
    response.writeHead(206, { ...head, 'content-range': `bytes ${from}-${to}/${data.length}`, 'content-length': to - from + 1 });
    return createReadStream(`${orders.root}/${name}`, { start: from, end: to }).pipe(response);
  }
  const offered = request.headers['accept-encoding'] ?? '';
  const wanted = request.headers['x-coding'] ?? 'gzip';
  if (name === 'text.txt' && offered.split(/, */).includes(wanted)) {
    const quick = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
    const coder = { gzip: zlib.createGzip, br: () => zlib.createBrotliCompress(quick), deflate: zlib.createDeflate }[wanted]();
    response.writeHead(200, { ...head, 'content-encoding': wanted });
    coder.pipe(response);
    return coder.end(data);
  }
  response.writeHead(200, { ...head, 'content-length': data.length });
  return response.end(request.method === 'HEAD' ? undefined : data);
}

function serve(request, response) {
  const url = new URL(request.url, 'http://any');
  const name = url.pathname.split('/').pop();
  response.on('close', () => {
    const reused = request.socket.isSessionReused?.() ? 'r' : '.';
    appendFileSync(orders.log, `${request.socket.remotePort} ${response.writableFinished ? response.statusCode : 499} ${reused} ${request.url}\n`);
  });
  if (url.pathname.startsWith('/limited') && Number(request.headers['content-length'] ?? 0) > 65536) {
    // Says no and goes away with most of the body unread, as many programs do.
    response.writeHead(413, { connection: 'close', 'content-length': 8 });
    return response.end('too big\n', () => request.socket.destroySoon());
  }
  if (name === 'stream') return relay(request, response, url.pathname.startsWith('/gz'));
  if (url.pathname.startsWith('/private/') && !authorized(request)) {
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="here"', 'content-length': 3 }).end('no\n');
  }
  if (name === 'secret.txt') return response.end('a secret\n');
  if (name === 'moved') return response.writeHead(301, { location: '/small.txt' }).end('elsewhere');
  if (name === 'moved307' || name === 'moved303') return response.writeHead(Number(name.slice(5)), { location: '/b/echo' }).end();
  if (files[name]) return file(request, response, name);
  if (name === 'hints') {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    return file(request, response, 'small.txt');
  }
  if (name === 'trailers') {
    response.writeHead(200, { trailer: 'x-sum', 'content-type': 'text/plain' });
    response.write('with trailers\n');
    response.addTrailers({ 'x-sum': '1' });
    return response.end();
  }
  if (name === 'echo') {
    const hash = createHash('sha256');
    let length = 0;
    request.on('data', (piece) => { hash.update(piece); length += piece.length; });
    return request.on('end', () => response.end(JSON.stringify({ method: request.method, length, sha256: hash.digest('hex'), fields: Object.entries(request.headers) })));
  }
  if (name === 'chunked') {
    for (let at = 0; at < files['text.txt'].length; at += 7000) response.write(files['text.txt'].subarray(at, at + 7000));
    return response.end();
  }
  if (name === 'cut') {
    response.writeHead(200, { 'content-length': 1000 });
    return response.write('x'.repeat(500), () => request.socket.end());
  }
  if (/^\d{3}$/.test(name)) return response.writeHead(Number(name)).end(['204', '304'].includes(name) ? undefined : 'as asked\n');
  return response.writeHead(404).end('nothing here\n');
}

const servers = [];
function listen(port, secure, settings) {
  const server = secure ? https.createServer({ cert: readFileSync(orders.certificate), key: readFileSync(orders.key), ...secure }, serve) : http.createServer(serve);
  server.on('checkContinue', (request, response) => {
    const path = request.url.split('?')[0];
    if (path.endsWith('/refuse')) return response.writeHead(417, { 'content-length': 0 }).end();
    if (!path.startsWith('/limited')) response.writeContinue();
    return serve(request, response);
  });
  Object.assign(server, { keepAliveTimeout: 60_000 }, settings);
  server.listen(port, '127.0.0.1', 1024);
  servers.push(server);
}
listen(orders.http);
listen(orders.tls12, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
listen(orders.tls13, { minVersion: 'TLSv1.3' });
listen(orders.short, undefined, { keepAliveTimeout: 100, maxRequestsPerSocket: 5 });
// Graceful: what has begun is ended, idle connections are closed at once.
process.on('SIGTERM', () => servers.forEach((server) => { server.close(); server.closeIdleConnections(); }));

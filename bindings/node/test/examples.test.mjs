// The programs of examples/js do what they show, also where their output is no terminal.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../testing/server.mjs';

const examples = fileURLToPath(new URL('../../../examples/js/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'reqtask-examples-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const server = await startServer();
after(() => server.stop());

/** Runs an example to its end: { code, out }. */
function run(name, ...words) {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join(examples, name), ...words],
      { timeout: 60000 },
      (error, out, err) => {
        if (error?.signal) reject(new Error(`${name} did not end: ${out}${err}`));
        else if (err !== '') reject(new Error(`${name} complains: ${err}`));
        else resolve({ code: child.exitCode, out });
      },
    );
    child.stdin.end();
  });
}

test('llm-stream prints the whole answer, characters intact', async () => {
  const { code, out } = await run('llm-stream.mjs');
  assert.equal(code, 0);
  assert.match(out, /^Streaming means .* Emoji 😀 and 汉字 arrive whole/);
  assert.match(out, /\[48 tokens, the first after \d+ ms\]\n\[server: made all 48 tokens\]\n$/);
});

test('B-5: llm-stream stops, and the server sees it and stops, too', async () => {
  const { code, out } = await run('llm-stream.mjs', '--stop-after', '5');
  assert.equal(code, 0);
  assert.match(out, /^Streaming means that you read \n\[stopped after 5 tokens\]\n/);
  const [, made] = /\[server: the client hung up: made (\d+) of 48 tokens\]\n$/.exec(out);
  assert.ok(Number(made) >= 5 && Number(made) < 48, made);
});

test('llm-stream takes a URL, and says when it does not answer with a stream', async () => {
  const stream = server.script([
    'status 200 OK',
    'field content-type: text/event-stream',
    'chunked',
    'head-end',
    'chunk data: {"choices":[{"delta":{"content":"Hi"}}]}\\n\\ndata: [DONE]\\n\\n',
    'last-chunk',
  ]);
  assert.match((await run('llm-stream.mjs', stream)).out, /^Hi\n\[1 tokens, /);
  const { code, out } = await run('llm-stream.mjs', server.script(['status 401 No', 'length 0', 'head-end']));
  assert.equal(code, 1);
  assert.match(out, /\[the server answers 401\]/);
});

test('download writes the file and shows how far it is', async () => {
  const to = join(folder, 'file');
  const { code, out } = await run('download.mjs', '--to', to, '--bytes', '30000000');
  assert.equal(code, 0);
  assert.match(out, /\[#{25}\] 100 %\n.*: 30000000 bytes, \d+ MB\/s\nsha256 [0-9a-f]{64}\n$/);
  assert.ok(out.includes(createHash('sha256').update(readFileSync(to)).digest('hex')));
  assert.ok(!existsSync(`${to}.part`));
});

test('download of a body that is cut, or is no file, fails and leaves nothing', async () => {
  const to = join(folder, 'cut');
  const cut = await run(
    'download.mjs',
    '--to',
    to,
    server.script(['status 200 OK', 'length 100', 'head-end', 'raw half', 'close']),
  );
  assert.deepEqual([cut.code, existsSync(to), existsSync(`${to}.part`)], [1, false, false]);
  assert.match(cut.out, /request:fail interrupted.*, after 4 bytes\n$/);
  const missing = await run('download.mjs', '--to', to, `${server.http}/status/404`);
  assert.deepEqual([missing.code, existsSync(to)], [1, false]);
  assert.match(missing.out, /the server answers 404/);
});

test("I-1: Taro's three usages", async () => {
  const { code, out } = await run('taro-usages.mjs');
  assert.equal(code, 0);
  assert.equal(
    out,
    [
      '1. with callbacks',
      '   rejected: request:fail abort',
      '2. with then',
      '   rejected: request:fail abort',
      '   requests that the server saw so far: 0',
      '3. with await',
      "   status 200 request:ok { method: 'GET', url: '/test?x=&y=' }",
      '',
    ].join('\n'),
  );
});

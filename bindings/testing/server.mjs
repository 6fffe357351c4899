// Starts the scripted server of ffi-tests for a test file, and speaks to it: scripts of answers, its log, its gates.
// It ends with the test process. `make server` builds it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../build/server/release/scripted-server', import.meta.url));

/** Starts a server of one's own. Call `stop()` at the end (node:test: `after(() => server.stop())`). */
export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'reqtask-js-'));
  const ca = join(folder, 'ca.pem');
  const child = spawn(program, ['--ca', ca], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ports = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`scripted-server ended with ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('ready '))
        resolve(
          Object.fromEntries(
            line
              .split(' ')
              .slice(1)
              .map((word) => word.split('=')),
          ),
        );
    });
  });
  return new Server(child, folder, ports, readFileSync(ca, 'utf8'));
}

class Server {
  #child;
  #folder;

  constructor(child, folder, ports, caPem) {
    this.#child = child;
    this.#folder = folder;
    /** Port numbers as strings, by the names of the ready line: http, https, expired, proxy, ... */
    this.ports = ports;
    /** The authority of the https ports, for `rootsPem`. */
    this.caPem = caPem;
    this.http = `http://127.0.0.1:${ports.http}`;
    this.https = `https://localhost:${ports.https}`;
  }

  /** The URL of an answer that is given as steps of the server's script language; `tag` finds its events in the log. */
  script(steps, tag = '', base = this.http) {
    return `${base}/script${tag && '/' + tag}?${steps.map(encodeURIComponent).join('&')}`;
  }

  /** A request to the server's control paths, by node:http's fetch: `await server.control('/_open/gate')`. */
  async control(path, init) {
    const answer = await fetch(this.http + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text;
  }

  /** The events that match: `await server.log({ event: 'request', path: '/script/t1' })`. */
  async log(filter = {}) {
    const text = await this.control('/_log?' + new URLSearchParams(filter));
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** Waits until the `count`-th matching event has happened, also in the past. */
  async wait(filter) {
    return this.control('/_wait?' + new URLSearchParams(filter));
  }

  async stop() {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

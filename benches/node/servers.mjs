// The servers of the benchmark, each a process of its own: server.c, and nginx for the small GETs where it is installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('server.c', import.meta.url));
const build = fileURLToPath(new URL('../../build', import.meta.url));

/** A small answer of 100 bytes; server.c has the same. */
export const smallAnswer =
  '{"id":12345,"name":"a small answer","tags":["one","two"],"ok":true,"note":"a hundred bytes in all."}';

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

/** Compiles server.c if need be, starts it, and resolves with `{ origin, stop }`. */
export async function startOwn() {
  const program = join(build, 'bench-node-server');
  if (modified(program) < modified(source)) {
    mkdirSync(build, { recursive: true });
    execFileSync(process.env.CC ?? 'cc', ['-std=c11', '-O2', '-Wall', source, '-o', program, '-lpthread'], {
      stdio: 'inherit',
    });
  }
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (text) => resolve(Number(text)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    name: 'server.c',
    stop: () => child.stdin.end(),
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(url) {
  return new Promise((resolve) => {
    get(url, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(true));
    }).once('error', () => resolve(false));
  });
}

/** Starts nginx with the small answer at /get, or resolves with null where it is not installed. */
export async function startNginx() {
  const version = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  if (version.error) return null;
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; tcp_nodelay on; keepalive_timeout 600; keepalive_requests 1000000000; ${temporary}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / { default_type application/json; return 200 '${smallAnswer}'; }
  }
}
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; child.exitCode === null && !(await answers(origin + '/get')); tries++) {
    if (tries === 100) child.kill();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
  return {
    origin,
    name: version.stderr.trim().replace('nginx version: ', ''),
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

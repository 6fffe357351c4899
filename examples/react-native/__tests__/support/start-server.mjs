// Before all tests: the scripted server of this repository (`make server`), which holds an answer back until a test says so.
import { pathToFileURL } from 'node:url';
import { join, resolve } from 'node:path';

const repository = process.env.REQTASK_REPOSITORY ?? resolve(import.meta.dirname, '../../../..');

export default async function startServer() {
  const { startServer } = await import(pathToFileURL(join(repository, 'bindings/testing/server.mjs')));
  const server = await startServer();
  process.env.SCRIPTED_SERVER = server.http;
  globalThis.scriptedServer = server;
}

// Reads the HAR's manifests; for several tests.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import JSON5 from 'json5';

export const harmony = fileURLToPath(new URL('..', import.meta.url));
export const root = fileURLToPath(new URL('../../..', import.meta.url));

export const text = (path) => readFileSync(harmony + path, 'utf8');
export const json5 = (path) => JSON5.parse(text(path));
export const ofRepository = (path) => readFileSync(root + path, 'utf8');

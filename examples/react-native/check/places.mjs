// Where the checks find things.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The example as an app outside the repository; see install.mjs. */
export const appOf = (example) => join(repository, 'build', 'examples', example);

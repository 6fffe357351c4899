'use strict';
// The name of the platform that an addon is built for: the folder in prebuilds/.
const { closeSync, openSync, readSync } = require('node:fs');

/** Which C library the running Node was linked with: the addon must have the same. */
function isMusl() {
  if (process.platform !== 'linux') return false;
  const start = Buffer.alloc(4096);
  let file;
  try {
    file = openSync(process.execPath, 'r');
    // The name of the dynamic linker stands soon behind the ELF header: /lib/ld-musl-x86_64.so.1.
    return start.latin1Slice(0, readSync(file, start, 0, start.length, 0)).includes('/ld-musl-');
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

module.exports = `${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;

// Writes a .har: a gzip'd tar whose files all lie in "package/". The same tree gives the same bytes on every machine: sorted
// names, no owner, no times. Knows nothing of what is packed.
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** An archive of `files`: a Map from the path inside the package to its bytes. */
export function archive(files) {
  const blocks = [];
  for (const name of [...files.keys()].sort()) {
    const bytes = files.get(name);
    blocks.push(header(`package/${name}`, bytes.length), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1)));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return gzipSync(Buffer.concat(blocks), { level: 9 });
}

/** A ustar header (POSIX.1-1988): name, mode, owner, size, time, checksum, type, magic, and the front part of a long name. */
function header(path, size) {
  const { prefix, name } = split(path);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  block.write(size.toString(8).padStart(11, '0') + '\0' + '00000000000\0', 124);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
  return block;
}

/** ustar keeps 100 bytes of a name, and 155 more for the folders before a slash. */
function split(path) {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  const slash = path.indexOf('/', path.length - 101);
  if (slash < 0 || slash > 155) throw new Error(`the name is too long for a tar file: ${path}`);
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

// A picture made of nothing: a PNG of coloured rings.
import { crc32, deflateSync } from 'node:zlib';

export function picture(size) {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0, at = 0; y < size; y++) {
    rows[at++] = 0; // This row is not filtered.
    for (let x = 0; x < size; x++) {
      const ring = Math.hypot(x - size / 2, y - size / 2) / 8;
      for (const shift of [0, 2, 4]) rows[at++] = 128 + 127 * Math.sin(ring + shift);
    }
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]); // 8 bits for each of red, green and blue
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    part('IHDR', header),
    part('IDAT', deflateSync(rows)),
    part('IEND', Buffer.alloc(0)),
  ]);
}

function part(type, data) {
  const named = Buffer.concat([Buffer.from(type), data]);
  const part = Buffer.alloc(named.length + 8);
  part.writeUInt32BE(data.length, 0);
  named.copy(part, 4);
  part.writeUInt32BE(crc32(named), part.length - 4);
  return part;
}

// A seeded generator (mulberry32), so that a failing property test fails again. REQTASK_SEED chooses another seed.
export const seed = Number(process.env.REQTASK_SEED ?? 20240229);

export function random(from = seed) {
  let state = from >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}

/** `bytes` cut into buffers at random places; empty pieces happen. */
export function cut(bytes, { below }, pieces = below(6) + 1) {
  const at = Array.from({ length: pieces - 1 }, () => below(bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.slice(from, at[i] ?? bytes.length).buffer);
}

export const utf8 = (text) => new TextEncoder().encode(text);

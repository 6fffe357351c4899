// Pictures of the JavaScript benchmarks: one panel for each question, bars for the clients, the target as a dashed line. They
// bring their own colours for light and dark, those of the pictures of benches/c, and need nothing beside themselves.

const SHEET =
  "text{font:13px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}" +
  '.page{fill:#fff}.h1{font-size:21px;font-weight:600}.h2{font-size:15px;font-weight:600}' +
  '.case{font-weight:600}.dim{fill:#59636e}.end{text-anchor:end}' +
  '.target{stroke:#1f2328;stroke-width:1.8;stroke-dasharray:5 3}.miss{fill:#c21c2c}.ok{fill:#1a7f37}' +
  '.ours{fill:#1f6feb}.ours2{fill:#6ca4f5}.undici{fill:#e07b1a}.undici2{fill:#f0b072}.node{fill:#2d9d54}.idle{fill:#8c959f}' +
  '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#12161c}.dim{fill:#9aa4ae}.target{stroke:#f0f3f6}' +
  '.miss{fill:#ff7b72}.ok{fill:#56d364}.ours{fill:#4c94ff}.ours2{fill:#2f62ad}.undici{fill:#f0913a}.undici2{fill:#a9682d}}';

/** Three digits or so. */
export function show(value) {
  if (!Number.isFinite(value)) return '-';
  return value >= 1000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2);
}

const WIDTH = 880;
const LEFT = 230;
const BARS = 520;
const ROW = 20;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, style, words) => `<text x="${x}" y="${y}" class="${style}">${escape(words)}</text>`;

/** One case of a panel, from `y` on: its bars, and the target's line through them. */
function bars({ target, judged, heading }, styles, rows, y) {
  const mine = rows.filter((row) => row.heading === heading && Number.isFinite(row.value));
  const ours = rows.find((row) => row.heading === judged && row.verdict !== '');
  const aim =
    target && (target.value ?? (mine.find(({ who }) => who === ours?.who)?.value / ours?.value) * target.times);
  const most = Math.max(...mine.map(({ value }) => value), aim || 0);
  const out = mine.map(({ who, value }, i) => {
    const width = Math.max(1, (value / most) * BARS).toFixed(1);
    const verdict = rows.find((row) => row.who === who && row.heading === judged)?.verdict ?? '';
    const at = y + i * ROW;
    return [
      text(LEFT - 8, at + 14, 'end', who),
      `<rect x="${LEFT}" y="${at + 3}" width="${width}" height="14" class="${styles[who] ?? 'idle'}"/>`,
      text(LEFT + Number(width) + 6, at + 14, 'dim', show(value)),
      ...(verdict ? [text(LEFT + Number(width) + 58, at + 14, verdict === 'ok' ? 'ok' : 'miss', verdict)] : []),
    ].join('\n');
  });
  if (aim) {
    const x = (LEFT + (aim / most) * BARS).toFixed(1);
    out.push(`<line x1="${x}" y1="${y}" x2="${x}" y2="${y + mine.length * ROW}" class="target"/>`);
  }
  return { out, height: mine.length * ROW };
}

/**
 * `rows`: `{ work, name, who, heading, value, verdict }`; `where`: the machine and the day; `styles`: a class of SHEET for each
 * client. A panel has the rows of its work with its heading. `judged` is the heading of the row whose verdict is shown. The
 * `target` is where the line stands: a value, or a multiple of what a peer has. The peer's value is taken from the judged ratio,
 * which is one of rounds and need not be the ratio of the bars.
 */
export function picture({ title, where, panels, styles, rows }) {
  const out = [text(24, 38, 'h1', title), text(24, 60, 'dim', where)];
  let y = 84;
  for (const panel of panels) {
    const mine = rows.filter(({ work }) => work === panel.work);
    if (mine.length === 0) continue;
    out.push(text(24, y + 16, 'h2', panel.title));
    y += 26;
    if (panel.target) {
      out.push(`<line x1="24" y1="${y + 8}" x2="54" y2="${y + 8}" class="target"/>`);
      out.push(text(60, y + 12, 'dim', `the target: ${panel.target.words}`));
      y += 20;
    }
    for (const name of new Set(mine.map((row) => row.name))) {
      if (name !== '') {
        out.push(text(24, y + 16, 'case', name));
        y += 20;
      }
      const drawn = bars(
        panel,
        styles,
        mine.filter((row) => row.name === name),
        y,
      );
      out.push(...drawn.out);
      y += drawn.height + 10;
    }
    y += 14;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${SHEET}</style>`,
    `<rect width="${WIDTH}" height="${y}" class="page"/>`,
    ...out,
    '</svg>',
    '',
  ].join('\n');
}

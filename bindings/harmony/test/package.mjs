// The package as ./assemble makes it, laid out in a folder of its own: for linting it, and for running it in Node over the
// real glue. Expects bindings/js/dist.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assemble } from '../tools/assemble.mjs';
import { transpile } from './arkts.mjs';
import { root } from './manifests.mjs';

const addon = join(root, 'bindings/napi/build/reqtask.node');

/** Writes the files of a source module to a new folder. `remove()` takes it away. */
export function layOut() {
  const folder = mkdtempSync(join(tmpdir(), 'reqtask-har-'));
  const { files } = assemble({ source: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return {
    folder,
    arkts: [...files.keys()].filter((name) => name.endsWith('.ets')).map((name) => join(folder, name)),
    paths: {
      'libreqtask.so': join(folder, 'src/main/cpp/types/libreqtask/index.d.ts'),
      reqtask: join(folder, 'Index.ets'),
    },
    /** Writes each ArkTS block of a Markdown file of the package to a file of its own, and returns their paths. */
    snippets: (name) =>
      [
        ...files
          .get(name)
          .toString()
          .matchAll(/^```(?:ts|ets)\n([^]*?)^```$/gm),
      ].map(([, code], index) => {
        const file = join(folder, `snippet-${index + 1}.ets`);
        writeFileSync(file, code);
        return file;
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Makes the ArkTS files of a laid-out package, and more of them, loadable by Node, and imports `entry`. What `kits` names
 * ('@kit.NetworkKit') is replaced by the module at that path.
 */
export async function load({ folder, arkts }, entry = join(folder, 'Index.ets'), more = [], kits = {}) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const host = join(folder, 'host.js');
  writeFileSync(
    host,
    `import { createRequire } from 'node:module';\nexport default createRequire(import.meta.url)(${JSON.stringify(addon)});\n`,
  );
  const script = (file) => file.replace(/\.ets$/, '.js');
  for (const file of [...arkts, ...more]) {
    const rename = (name) => {
      if (name === 'libreqtask.so') return pathToFileURL(host).href;
      if (name === 'reqtask') return pathToFileURL(join(folder, 'Index.js')).href;
      return kits[name] ?? `${name}.js`;
    };
    writeFileSync(script(file), transpile(file, rename));
  }
  return import(pathToFileURL(script(entry)).href);
}

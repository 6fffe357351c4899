// Programs that only write down how they were called, for the tests of the scripts that build the core: those need an NDK, or a
// Mac. Some also make the file that the next command reads.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PACKAGE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const REPOSITORY = join(PACKAGE, '../..');
export const SYMBOLS = readFileSync(join(REPOSITORY, 'include/reqtask.symbols'), 'utf8').trim().split('\n');

/** A folder with a space in its name, so that whoever forgets a quote is found out. */
export class Fakes {
  home = mkdtempSync(join(tmpdir(), 'reqtask fakes '));
  #log = join(this.home, 'log');

  /** `body` is more of the program, a shell script; it has its arguments. */
  program(path, body = '') {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    // One line a call, its words apart by tabs.
    writeFileSync(
      file,
      `#!/usr/bin/env bash\n{ printf '%s' "\${0##*/}"; printf '\\t%s' "$@"; echo; } >>'${this.#log}'\n${body}\n`,
    );
    chmodSync(file, 0o755);
    return file;
  }

  file(path, text = '') {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** The calls so far, each as its words: the program's name and its arguments. */
  calls(name) {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').trim().split('\n');
    return lines.map((line) => line.split('\t')).filter((words) => words[0] === name);
  }

  /** What a script sees: these programs before all others, and nothing of an SDK that this machine may have. */
  environment(more = {}) {
    const { ANDROID_NDK_HOME, ANDROID_HOME, ANDROID_SDK_ROOT, CARGO, RUSTC, CARGO_TARGET_DIR, ...rest } = process.env;
    return { ...rest, PATH: [join(this.home, 'bin'), rest.PATH].join(delimiter), ...more };
  }

  remove() {
    rmSync(this.home, { recursive: true });
  }
}

/** A rustc that says where the standard library of each target is, and has those of `targets`. */
export function fakeRustc(fakes, targets) {
  for (const target of targets) fakes.file(`std/${target}/libstd-0123.rlib`);
  fakes.program('bin/rustc', `[ "$1" = --print ] && echo '${fakes.home}'/std/"$4"`);
}

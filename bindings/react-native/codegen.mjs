/**
 * Writes android/generated and ios/generated: what codegen of React Native makes of src/NativeReqtask.ts, committed and
 * shipped, since apps on 0.81 to 0.87 do not generate it for a C++ module (includesGeneratedCode in package.json).
 *
 *   node codegen.mjs            writes them (test/app's node_modules must be there: test/install-tools)
 *   node codegen.mjs --check    writes nothing, names files that differ, and exits with 1 if there are any
 *
 * The same calls and the same folders as scripts/codegen in the npm package react-native, less the Java and Objective-C
 * interfaces: no class of either language implements this module.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const fromTools = createRequire(join(here, 'test/app/package.json'));
const { codegenConfig } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const { name, jsSrcsDir, outputDir, android } = codegenConfig;

/** path in the package -> text. `codegen`: another version under the name that test/app gives it. */
export function generate(codegen = '@react-native/codegen') {
  const { TypeScriptParser } = fromTools(`${codegen}/lib/parsers/typescript/parser`);
  const generators = fromTools(`${codegen}/lib/generators/RNCodegen`);
  const schema = new TypeScriptParser().parseFile(join(here, jsSrcsDir, 'NativeReqtask.ts'));
  const scratch = mkdtempSync(join(tmpdir(), 'reqtask-codegen-'));
  try {
    const files = new Map();
    for (const platform of ['android', 'ios']) {
      const into = join(scratch, platform);
      mkdirSync(into);
      generators.generate(
        {
          libraryName: name,
          schema,
          outputDirectory: into,
          packageName: android.javaPackageName,
          assumeNonnull: platform === 'ios',
          useLocalIncludePaths: true,
        },
        { generators: platform === 'ios' ? ['modulesCxx'] : ['modulesAndroid', 'modulesCxx'] },
      );
      for (const path of list(into)) {
        if (path.endsWith('.java')) continue;
        files.set(join(outputDir[platform], placed(platform, path)), readFileSync(join(into, path), 'utf8'));
      }
    }
    return files;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** On Android the C++ part lies where the build of an app looks for components. */
function placed(platform, path) {
  return platform === 'android' && !path.includes('/') ? join('jni/react/renderer/components', name, path) : path;
}

/** The paths of all files that are in the generated folders now. */
function committed() {
  const folders = Object.values(outputDir).filter((folder) => existsSync(join(here, folder)));
  return folders.flatMap((folder) => list(join(here, folder)).map((path) => join(folder, path)));
}

function list(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Sentences, one for each file that is not as codegen makes it. */
export function differences(files = generate()) {
  const found = [];
  for (const [path, text] of files) {
    const file = join(here, path);
    if (!existsSync(file)) found.push(`${path} is missing`);
    else if (readFileSync(file, 'utf8') !== text) found.push(`${path} differs`);
  }
  for (const path of committed()) if (!files.has(path)) found.push(`${path} is not codegen's any more`);
  return found;
}

function write(files) {
  for (const folder of Object.values(outputDir)) rmSync(join(here, folder), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(here, path)), { recursive: true });
    writeFileSync(join(here, path), text);
  }
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  if (argv[2] !== '--check') write(generate());
  const found = differences();
  if (found.length) {
    console.error(`codegen: ${found.join('\ncodegen: ')}`);
    process.exitCode = 1;
  }
}

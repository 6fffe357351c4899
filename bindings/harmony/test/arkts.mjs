// OpenHarmony's compiler (npm ohos-typescript) as a tool for tests: it type-checks and lints ArkTS files as DevEco Studio
// does, and turns them into JavaScript. The SDK's declarations cannot be had from npm; test/ambient.d.ets stands in for the
// few that the example uses.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ts = createRequire(import.meta.url)('ohos-typescript');
const ambient = fileURLToPath(new URL('ambient.d.ets', import.meta.url));

/** The components that the example uses; the SDK lists all. They make `build()` a tree of calls instead of a syntax error. */
const components = ['Button', 'Column', 'Row', 'Scroll', 'Text', 'TextInput'];

const named = (name) => ({ name, type: `${name}Attribute`, instance: `${name}Instance` });

/** What the SDK tells the compiler about ArkUI's syntax. */
const ets = {
  render: { method: ['build', 'pageTransition'], decorator: ['Builder'] },
  components,
  libs: [],
  extend: { decorator: ['Extend'], components: components.map(named) },
  styles: {
    decorator: 'Styles',
    component: { name: 'Common', type: 'T', instance: 'CommonInstance' },
    property: 'stateStyles',
  },
  concurrent: { decorator: 'Concurrent' },
  customComponent: 'CustomComponent',
  propertyDecorators: [{ name: 'Link', needInitialization: false }],
  emitDecorators: [],
  syntaxComponents: { paramsUICallback: ['ForEach', 'LazyForEach'], attrUICallback: [] },
};

const options = {
  ets,
  target: ts.ScriptTarget.ES2021,
  module: ts.ModuleKind.ES2020,
  moduleResolution: ts.ModuleResolutionKind.NodeJs,
  lib: ['lib.es2021.d.ts'],
  types: [],
  strict: true,
  noImplicitReturns: true,
  experimentalDecorators: true,
  noEmit: true,
  packageManagerType: 'ohpm',
  // As the SDK's build: strict checks for .ets files, and imports of .so files are looked up.
  needDoArkTsLinter: true,
  isCompatibleVersion: false,
};

/**
 * What compiler and linter say about `files`, as "name:line rule text". `paths` says where bare imports lead, as the
 * oh-package.json5 files do: { 'libreqtask.so': '/…/index.d.ts' }.
 */
export function lint(files, paths = {}) {
  const program = ts.createIncrementalProgramForArkTs({
    rootNames: [...files, ambient],
    options: {
      ...options,
      baseUrl: '/',
      paths: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, [path]])),
    },
  });
  const findings = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of files) {
    const source = program.getProgram().getSourceFile(file);
    findings.push(
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
      ...ts.ArkTSLinter_1_1.runArkTSLinter(program, source, undefined, 'ArkTS_1_1'),
    );
  }
  return findings.map(({ file, start, code, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** An ArkTS file as an ES module. `rename` maps each import's name. */
export function transpile(file, rename) {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: { ...options, noEmit: false, lib: undefined },
  });
  return outputText.replace(
    /^((?:import|export)\b[^;]*\bfrom ')([^']+)(';)/gm,
    (_, before, name, after) => before + rename(name) + after,
  );
}

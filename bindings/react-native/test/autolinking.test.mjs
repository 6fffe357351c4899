// React Native's command line finds the installed package in an app, with the paths that its Gradle plugin and Podfile use.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { app, installed, run, write } from './app.mjs';

test('the command line of React Native 0.85 links the package for both platforms', () => {
  write('android/app/build.gradle', 'android { namespace "com.fixture" }\n');
  write('android/app/src/main/AndroidManifest.xml', '<manifest package="com.fixture"/>\n');
  write('ios/Podfile', '# the template has more\n');
  const { dependencies } = JSON.parse(run('@react-native-community/cli/build/bin.js', 'config'));
  const { root, platforms } = dependencies['react-native-reqtask'];
  assert.equal(root, installed);
  const { android, ios } = platforms;
  assert.deepEqual(
    { ...android },
    {
      sourceDir: join(installed, 'android'),
      packageImportPath: 'import com.reqtask.reactnative.ReqtaskPackage;',
      packageInstance: 'new ReqtaskPackage()',
      buildTypes: [],
      libraryName: 'ReqtaskSpec',
      componentDescriptors: [],
      cmakeListsPath: join(installed, 'android/generated/jni/CMakeLists.txt'),
      // A library of its own, not sources of the app's (android/CMakeLists.txt).
      cxxModuleCMakeListsModuleName: null,
      cxxModuleCMakeListsPath: null,
      cxxModuleHeaderName: null,
      isPureCxxDependency: false,
    },
  );
  assert.ok(existsSync(android.cmakeListsPath));
  assert.equal(ios.podspecPath, join(installed, 'react-native-reqtask.podspec'));
  assert.ok(existsSync(ios.podspecPath));
});

// RNOH's link-harmony makes of these an #include, a constructor, an import and a CMake target.
test("what OpenHarmony's autolinking is told is what the sources have", () => {
  const { autolinking } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).harmony;
  const { etsPackageClassName, cppPackageClassName, cmakeLibraryTargetName, ohPackageName } = autolinking;
  const source = (path) => readFileSync(new URL(`../harmony/${path}`, import.meta.url), 'utf8');
  assert.match(source('Index.ets'), new RegExp(`\\b${etsPackageClassName} as default\\b`));
  assert.match(
    source(`src/main/cpp/${cppPackageClassName}.h`),
    new RegExp(`namespace rnoh \\{[^]*class ${cppPackageClassName} `),
  );
  assert.match(source('src/main/cpp/CMakeLists.txt'), new RegExp(`add_library\\(${cmakeLibraryTargetName} SHARED`));
  assert.match(source('oh-package.json5'), new RegExp(`name: '${ohPackageName}'`));
  // It takes a package with exactly one archive.
  assert.ok(existsSync(join(app, 'node_modules/react-native-reqtask/harmony/react_native_reqtask.har')));
});

// What is committed is what codegen makes of the spec, and every version of it that an app may run takes the spec.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, generate } from '../codegen.mjs';

const HEADER = 'ios/generated/ReqtaskSpecJSI.h';

test('the generated files are those of codegen 0.85.3', () => {
  assert.deepEqual(differences(), []);
});

test('a file that differs, is missing or is left over is noticed', () => {
  const files = generate();
  files.set(HEADER, files.get(HEADER).replace('argCount = 0', 'argCount = 1'));
  files.delete('android/generated/jni/ReqtaskSpec.h');
  files.set('android/generated/jni/Other.h', '');
  assert.deepEqual(differences(files).sort(), [
    'android/generated/jni/Other.h is missing',
    "android/generated/jni/ReqtaskSpec.h is not codegen's any more",
    `${HEADER} differs`,
  ]);
});

test('codegen of React Native 0.73 to 0.88 makes the same module of the spec', () => {
  for (const version of ['0.73', '0.76', '0.81', '0.88']) {
    const header = generate(`@react-native/codegen-${version}`).get(HEADER);
    assert.match(header, /class JSI_EXPORT NativeReqtaskCxxSpec : public TurboModule/, version);
    assert.match(header, /kModuleName = "Reqtask"/, version);
    assert.match(header, /bridging::getParameterCount\(&T::host\) == 1/, version);
    assert.match(header, /bridging::callFromJs<jsi::Object>/, version);
  }
});

test('of the base and of the newest: byte for byte', () => {
  assert.equal(generate('@react-native/codegen-0.88').get(HEADER), generate().get(HEADER));
});

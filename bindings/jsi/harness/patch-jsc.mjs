/**
 * `node patch-jsc.mjs FROM TO` writes a copy of React Native's JSCRuntime.cpp that can hand memory to JavaScript without
 * copying it, which the original refuses to ("Not implemented"). It is how the zero-copy path runs on this engine; the
 * original, for the other path, stays as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';

const original = readFileSync(argv[2], 'utf8');
const refusal =
  /(jsi::ArrayBuffer JSCRuntime::createArrayBuffer\(\s*std::shared_ptr<jsi::MutableBuffer>) \w*(?:\/\*\w+\*\/)?\s*\) \{\s*throw std::logic_error\("Not implemented"\);\s*\}/;

const implementation = `$1 buffer) {
  // Freed by the garbage collector, on whichever thread it likes.
  auto* kept = new std::shared_ptr<jsi::MutableBuffer>(std::move(buffer));
  JSValueRef exc = nullptr;
  JSObjectRef made = JSObjectMakeArrayBufferWithBytesNoCopy(
      ctx_, (*kept)->data(), (*kept)->size(),
      [](void*, void* context) { delete static_cast<std::shared_ptr<jsi::MutableBuffer>*>(context); },
      kept, &exc);
  checkException(made, exc);
  return createObject(made).getArrayBuffer(*this);
}`;

if (!refusal.test(original)) throw new Error(`${argv[2]}: createArrayBuffer is not what this patch knows`);
writeFileSync(argv[3], original.replace(refusal, implementation));

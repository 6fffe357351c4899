/**
 * The TurboModule, as codegen reads it: one call that brings the whole native part as one object of functions. A method for
 * each function would go through codegen's conversions at each call; and what React Native 0.73's install() brings is the same
 * object.
 *
 * Codegen of 0.73 to 0.88 knows the word UnsafeObject (a plain jsi::Object) but parses no type behind it, and its types are
 * exported from another place in each of them. So the name stands here for the type of what really comes.
 */
import type { NativeHost as UnsafeObject } from 'reqtask-js';
import type { TurboModule } from 'react-native';
import { TurboModuleRegistry } from 'react-native';

export interface Spec extends TurboModule {
  host(): UnsafeObject;
}

// `get`, not `getEnforcing`: without the native part, importing this must not throw (native.ts).
export default TurboModuleRegistry.get<Spec>('Reqtask');

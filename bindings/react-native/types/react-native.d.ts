/**
 * What src uses of React Native, for building without it. test/types.test.mjs compiles src with React Native's own types.
 */
declare module 'react-native' {
  export interface TurboModule {}
  export const TurboModuleRegistry: { get<T extends TurboModule>(name: string): T | null };
  export const NativeModules: { [name: string]: any };
}

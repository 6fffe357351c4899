// As in React Native: the constructor that 0.73 and 0.88 share.
package com.facebook.react.module.model;

public class ReactModuleInfo {
  public ReactModuleInfo(
      String name,
      String className,
      boolean canOverrideExistingModule,
      boolean needsEagerInit,
      boolean isCxxModule,
      boolean isTurboModule) {}
}

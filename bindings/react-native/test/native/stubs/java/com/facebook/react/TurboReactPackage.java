// As in React Native 0.73; since then an empty subclass of BaseReactPackage.
package com.facebook.react;

import com.facebook.react.bridge.NativeModule;
import com.facebook.react.bridge.ReactApplicationContext;
import com.facebook.react.module.model.ReactModuleInfoProvider;

@Deprecated
public abstract class TurboReactPackage implements ReactPackage {
  public abstract NativeModule getModule(String name, ReactApplicationContext context);

  public abstract ReactModuleInfoProvider getReactModuleInfoProvider();
}

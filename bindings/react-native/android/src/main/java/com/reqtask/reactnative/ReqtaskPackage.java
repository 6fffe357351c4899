package com.reqtask.reactnative;

import androidx.annotation.NonNull;
import androidx.annotation.Nullable;
import com.facebook.react.TurboReactPackage;
import com.facebook.react.bridge.NativeModule;
import com.facebook.react.bridge.ReactApplicationContext;
import com.facebook.react.module.model.ReactModuleInfo;
import com.facebook.react.module.model.ReactModuleInfoProvider;
import java.util.Collections;

/**
 * What auto-linking puts into the app. It loads the native library before any JavaScript runs; with the new architecture
 * that is all, since the library registers the C++ TurboModule "Reqtask" and React Native asks C++ modules first. With the
 * old one JavaScript finds the Java module of the same name.
 *
 * <p>TurboReactPackage is deprecated in favour of BaseReactPackage, which React Native 0.73 does not have; 0.88 has both.
 */
@SuppressWarnings("deprecation")
public final class ReqtaskPackage extends TurboReactPackage {
  @Override
  public @Nullable NativeModule getModule(
      @NonNull String name, @NonNull ReactApplicationContext context) {
    return name.equals(ReqtaskModule.NAME) ? new ReqtaskModule(context) : null;
  }

  /** Asked for when an instance of React Native is set up, on a thread that may load a library. */
  @Override
  public @NonNull ReactModuleInfoProvider getReactModuleInfoProvider() {
    NativeLibrary.load();
    ReactModuleInfo legacy =
        new ReactModuleInfo(
            ReqtaskModule.NAME, ReqtaskModule.class.getName(), false, false, false, false);
    return () -> Collections.singletonMap(ReqtaskModule.NAME, legacy);
  }
}

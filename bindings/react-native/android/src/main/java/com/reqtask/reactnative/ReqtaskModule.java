package com.reqtask.reactnative;

import androidx.annotation.NonNull;
import com.facebook.react.bridge.JavaScriptContextHolder;
import com.facebook.react.bridge.ReactApplicationContext;
import com.facebook.react.bridge.ReactContextBaseJavaModule;
import com.facebook.react.bridge.ReactMethod;
import com.facebook.react.turbomodule.core.CallInvokerHolderImpl;

/**
 * The module of the old architecture: one method, which leaves the host in the global __reqtaskHost (legacy/Install.h). The
 * new architecture never makes one, since the C++ TurboModule of the same name comes first.
 *
 * <p>There is no invalidate: the host belongs to a JavaScript object and ends with the runtime.
 */
public final class ReqtaskModule extends ReactContextBaseJavaModule {
  static final String NAME = "Reqtask";

  ReqtaskModule(ReactApplicationContext context) {
    super(context);
  }

  @Override
  public @NonNull String getName() {
    return NAME;
  }

  /**
   * Blocking, hence on the JavaScript thread. False where there is no runtime in this process (the old remote debugging in
   * Chrome); that is for JavaScript to report.
   */
  // The context got getJSCallInvokerHolder itself only after 0.73; the catalyst instance has it in all versions.
  @SuppressWarnings("deprecation")
  @ReactMethod(isBlockingSynchronousMethod = true)
  public boolean install() {
    ReactApplicationContext context = getReactApplicationContext();
    JavaScriptContextHolder holder = context.getJavaScriptContextHolder();
    if (holder == null) {
      return false;
    }
    // Its lock is what keeps the runtime from going away meanwhile.
    synchronized (holder) {
      long runtime = holder.get();
      if (runtime == 0) {
        return false;
      }
      NativeLibrary.load();
      installHost(
          runtime, (CallInvokerHolderImpl) context.getCatalystInstance().getJSCallInvokerHolder());
      return true;
    }
  }

  private static native void installHost(long runtime, CallInvokerHolderImpl invoker);
}

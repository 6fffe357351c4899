// As in React Native, where only the interface is named.
package com.facebook.react.bridge;

import com.facebook.react.turbomodule.core.interfaces.CallInvokerHolder;

public interface CatalystInstance {
  @Deprecated
  CallInvokerHolder getJSCallInvokerHolder();
}

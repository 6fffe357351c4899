// As in React Native; these are ReactContext's.
package com.facebook.react.bridge;

public abstract class ReactApplicationContext {
  public abstract JavaScriptContextHolder getJavaScriptContextHolder();

  public abstract CatalystInstance getCatalystInstance();
}

// As in React Native.
package com.facebook.react;

public interface ReactPackage {}

package com.reqtask.reactnative;

/** Loads libreqtask_reactnative.so, and with it libreqtask.so. */
final class NativeLibrary {
  private NativeLibrary() {}

  /** From any thread, any number of times. */
  static void load() {
    System.loadLibrary("reqtask_reactnative");
  }
}

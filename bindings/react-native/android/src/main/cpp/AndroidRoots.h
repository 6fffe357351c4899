// Calls SystemRoots.java for reqtask::addSystemRoots.
#pragma once

#include <jni.h>

namespace reqtask {

/// Within JNI_OnLoad, where FindClass sees the app's classes. Without the Java class (an app whose
/// code shrinker was told otherwise) nothing is registered, and JavaScript sees no systemRoots.
void registerAndroidRoots(JavaVM *vm);

} // namespace reqtask

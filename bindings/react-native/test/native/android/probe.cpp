// The native half of Probe.java: AndroidRoots.cpp in a library of its own, with the reader it
// registers kept instead of being given to a JavaScript runtime.
#include "AndroidRoots.h"
#include "SystemRoots.h"

#include <exception>

namespace {
reqtask::SystemRootsReader registered = nullptr;
} // namespace

namespace reqtask {
void setSystemRootsReader(SystemRootsReader reader) { registered = reader; }
} // namespace reqtask

extern "C" {

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *) {
  reqtask::registerAndroidRoots(vm);
  return JNI_VERSION_1_6;
}

JNIEXPORT jstring JNICALL Java_com_reqtask_reactnative_Probe_read(JNIEnv *env, jclass) {
  if (!registered) {
    return env->NewStringUTF("no reader");
  }
  try {
    return env->NewStringUTF(registered().c_str());
  } catch (const std::exception &error) {
    return env->NewStringUTF(error.what());
  }
}
}

#include "AndroidRoots.h"

#include "SystemRoots.h"

#include <stdexcept>
#include <string>

namespace reqtask {
namespace {

// Set once by JNI_OnLoad, before the reader is published; valid while the process lives.
JavaVM *javaVm = nullptr;
jclass rootsClass = nullptr;
jmethodID pemMethod = nullptr;

[[noreturn]] void fail(JNIEnv *env) {
  env->ExceptionDescribe(); // to the log
  env->ExceptionClear();
  throw std::runtime_error(
      "reqtask: Android did not tell its certificate authorities (see the log)");
}

/// On the JavaScript thread, which is a Java thread in React Native.
std::string readAndroidRoots() {
  void *env_ = nullptr;
  if (javaVm->GetEnv(&env_, JNI_VERSION_1_6) != JNI_OK) {
    throw std::runtime_error("reqtask: systemRoots was called on a thread unknown to Java");
  }
  auto *env = static_cast<JNIEnv *>(env_);
  auto pem = static_cast<jstring>(env->CallStaticObjectMethod(rootsClass, pemMethod));
  if (env->ExceptionCheck()) {
    fail(env);
  }
  // PEM is ASCII, for which Java's own UTF-8 is UTF-8.
  const char *chars = env->GetStringUTFChars(pem, nullptr);
  if (!chars) {
    fail(env);
  }
  std::string copy(chars);
  env->ReleaseStringUTFChars(pem, chars);
  env->DeleteLocalRef(pem);
  return copy;
}

} // namespace

void registerAndroidRoots(JavaVM *vm) {
  void *env_ = nullptr;
  if (vm->GetEnv(&env_, JNI_VERSION_1_6) != JNI_OK) {
    return;
  }
  auto *env = static_cast<JNIEnv *>(env_);
  jclass found = env->FindClass("com/reqtask/reactnative/SystemRoots");
  jmethodID method = found ? env->GetStaticMethodID(found, "pem", "()Ljava/lang/String;") : nullptr;
  if (!method) {
    env->ExceptionClear();
    return;
  }
  javaVm = vm;
  rootsClass = static_cast<jclass>(env->NewGlobalRef(found));
  pemMethod = method;
  env->DeleteLocalRef(found);
  setSystemRootsReader(readAndroidRoots);
}

} // namespace reqtask

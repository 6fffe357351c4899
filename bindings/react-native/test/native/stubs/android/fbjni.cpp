// The bodies for the link: they note what was registered, for a test to read with dlsym.
#include <fbjni/fbjni.h>

#include <string>

extern "C" std::string registeredNatives;
std::string registeredNatives;

namespace facebook::jni {

void JClass::registerNatives(std::initializer_list<NativeMethod> methods) {
  for (const NativeMethod &method : methods) {
    registeredNatives += std::string(method.name) + method.descriptor + "\n";
  }
}

JClass *ClassRef::operator->() const {
  static JClass only;
  return &only;
}

ClassRef findClassStatic(const char *) { return {}; }

jint initialize(JavaVM *, std::function<void()> &&body) {
  body();
  return JNI_VERSION_1_6;
}

} // namespace facebook::jni

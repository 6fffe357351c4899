// The part of fbjni that OnLoad.cpp uses, in fbjni's shapes. It registers nothing: what it is good
// for is that the calls compile, and that a registered method has the parameters of the Java
// declaration (descriptor()).
#pragma once

#include <jni.h>

#include <functional>
#include <initializer_list>
#include <string>

namespace facebook::jni {

template <typename T> class alias_ref {};

template <> class alias_ref<jclass> {};

template <typename T> struct HybridObject {
  T *cthis() const { return nullptr; }
};

template <typename T> struct HybridClass { using javaobject = HybridObject<T> *; };

template <typename T> class alias_ref<HybridObject<T> *> {
public:
  HybridObject<T> *operator->() const { return nullptr; }
};

struct NativeMethod {
  const char *name;
  std::string descriptor;
};

template <typename T> struct Descriptor;
template <> struct Descriptor<jlong> {
  static std::string get() { return "J"; }
};
template <typename T> struct Descriptor<alias_ref<HybridObject<T> *>> {
  static std::string get() { return T::kJavaDescriptor; }
};

template <typename... Args>
NativeMethod makeMethod(const char *name, void (*)(alias_ref<jclass>, Args...)) {
  return {name, "(" + (Descriptor<Args>::get() + ...) + ")V"};
}
#define makeNativeMethod(name, function) ::facebook::jni::makeMethod(name, &function)

struct JClass {
  void registerNatives(std::initializer_list<NativeMethod> methods);
};

struct ClassRef {
  JClass *operator->() const;
};

ClassRef findClassStatic(const char *name);
jint initialize(JavaVM *vm, std::function<void()> &&body);

} // namespace facebook::jni

// What Android runs when NativeLibrary.java loads this library: registers the C++ TurboModule where
// React Native has them (0.76 and newer, REQTASK_TURBO_MODULE from CMakeLists.txt), the install
// method of the old architecture, and the roots.
#include "AndroidRoots.h"
#include "Install.h"

#ifdef REQTASK_TURBO_MODULE
#include "ReqtaskModule.h"
#include <ReactCommon/CxxTurboModuleUtils.h>
#endif

#include <ReactCommon/CallInvokerHolder.h>
#include <fbjni/fbjni.h>
#include <jni.h>

namespace {

using facebook::react::CallInvoker;
using facebook::react::CallInvokerHolder;

void registerModule() {
#ifdef REQTASK_TURBO_MODULE
  facebook::react::registerCxxModuleToGlobalModuleMap(
      std::string(reqtask::ReqtaskModule::kModuleName), [](std::shared_ptr<CallInvoker> invoker) {
        return std::make_shared<reqtask::ReqtaskModule>(std::move(invoker));
      });
#endif
}

// ReqtaskModule.installHost; fbjni throws what this throws as a Java exception. Only fbjni knows
// how to reach the C++ half of a CallInvokerHolderImpl: where Java keeps it has changed between
// versions.
void installHost(facebook::jni::alias_ref<jclass>, jlong runtime,
                 facebook::jni::alias_ref<CallInvokerHolder::javaobject> invoker) {
  reqtask::install(*reinterpret_cast<facebook::jsi::Runtime *>(runtime),
                   invoker->cthis()->getCallInvoker());
}

} // namespace

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *) {
  return facebook::jni::initialize(vm, [vm] {
    registerModule();
    facebook::jni::findClassStatic("com/reqtask/reactnative/ReqtaskModule")
        ->registerNatives({makeNativeMethod("installHost", installHost)});
    reqtask::registerAndroidRoots(vm);
  });
}

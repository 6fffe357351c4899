/*
 * React Native's own TurboModule machinery, as one file: the headers behind these take longer to
 * compile than they do. JSI and the engine are apart, because Hermes brings its own.
 */
#include <ReactCommon/TurboModule.cpp>

// A word of Apple's and Android's C libraries. Here, because glibc has members of that name.
#include <sys/stat.h>
#define __unused __attribute__((unused))

#include <ReactCommon/TurboModuleBinding.cpp>
#include <ReactCommon/TurboModuleUtils.cpp>
#if __has_include(<react/bridging/LongLivedObject.cpp>)
#include <react/bridging/LongLivedObject.cpp>
#endif
#if __has_include(<ReactCommon/TurboModulePerfLogger.cpp>)
#include <ReactCommon/TurboModulePerfLogger.cpp>
#endif
#if __has_include(<ReactCommon/CxxTurboModuleUtils.cpp>)
#include <ReactCommon/CxxTurboModuleUtils.cpp>
#endif
#if __has_include(<ReactCommon/TurboModuleWithJSIBindings.cpp>)
#include <ReactCommon/TurboModuleWithJSIBindings.cpp>
#endif
#if __has_include(<react/utils/jsi-utils.cpp>)
#include <react/utils/jsi-utils.cpp>
#endif

# React Native's prefab package, with the targets that its version has (REQTASK_RN_MINOR), over its own C++ sources in
# REQTASK_RN (ReactCommon): the link shows that what is called there is also defined there.
set(RN ${REQTASK_RN})
set(STUBS ${CMAKE_CURRENT_LIST_DIR}/../..)

function(reqtask_react_library name)
  add_library(reqtask_stub_${name} SHARED ${ARGN})
  set_target_properties(reqtask_stub_${name} PROPERTIES OUTPUT_NAME ${name} CXX_STANDARD 20)
  target_include_directories(reqtask_stub_${name} SYSTEM PUBLIC
    ${STUBS}/rn ${STUBS}/android ${REQTASK_JNI} ${RN} ${RN}/jsi ${RN}/callinvoker ${RN}/react/nativemodule/core)
  target_compile_definitions(reqtask_stub_${name} PUBLIC REACT_NATIVE_PRODUCTION)
  # Not PUBLIC: prefab carries no definitions, so whoever includes the headers must have its own.
  target_compile_definitions(reqtask_stub_${name} PRIVATE FOLLY_NO_CONFIG)
  add_library(ReactAndroid::${name} ALIAS reqtask_stub_${name})
endfunction()

reqtask_react_library(jsi ${RN}/jsi/jsi/jsi.cpp)
if(REQTASK_RN_MINOR GREATER_EQUAL 76)
  set(CORE ${RN}/react/nativemodule/core/ReactCommon)
  reqtask_react_library(reactnative
    ${CORE}/TurboModule.cpp ${CORE}/CxxTurboModuleUtils.cpp ${RN}/react/bridging/LongLivedObject.cpp)
  target_link_libraries(reqtask_stub_reactnative PUBLIC reqtask_stub_jsi)
else()
  foreach(name reactnativejni react_nativemodule_core turbomodulejsijni)
    reqtask_react_library(${name} ${STUBS}/cmake/ReactAndroid/empty.cpp)
  endforeach()
endif()

# fbjni's prefab package.
add_library(reqtask_stub_fbjni SHARED ${CMAKE_CURRENT_LIST_DIR}/../../android/fbjni.cpp)
set_target_properties(reqtask_stub_fbjni PROPERTIES OUTPUT_NAME fbjni CXX_STANDARD 20)
target_include_directories(reqtask_stub_fbjni SYSTEM PUBLIC ${CMAKE_CURRENT_LIST_DIR}/../../android ${REQTASK_JNI})
add_library(fbjni::fbjni ALIAS reqtask_stub_fbjni)

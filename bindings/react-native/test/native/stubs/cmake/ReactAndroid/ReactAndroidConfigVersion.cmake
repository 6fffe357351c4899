# CMake splits it into ReactAndroid_VERSION_MINOR and the like, as with the file that prefab writes.
set(PACKAGE_VERSION 0.${REQTASK_RN_MINOR}.0)
set(PACKAGE_VERSION_COMPATIBLE TRUE)

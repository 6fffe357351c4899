// What React Native's auto-linking cannot see for itself. The Gradle project in android (its package class and namespace) and
// the podspec it finds; that codegen's output is shipped, and where, it must be told. No cxxModule* paths: the C++ module is
// in a library of its own, which works from 0.73 on (android/CMakeLists.txt).
module.exports = {
  dependency: {
    platforms: {
      android: { cmakeListsPath: 'generated/jni/CMakeLists.txt' },
      ios: {},
    },
  },
};

# The iOS half of react-native-reqtask: the JSI host in C++ with its module, over the prebuilt core ios/Reqtask.xcframework.
require "json"

package = JSON.parse(File.read(File.join(__dir__, "package.json")))
# The published package has copies of the host and of the C header in cpp; a checkout has them in their own places, which a
# pod cannot reach: CocoaPods takes no files from outside of the podspec's folder.
unless File.exist?(File.join(__dir__, "cpp/host/Host.h"))
  raise "react-native-reqtask: this is a checkout, not the package; run bindings/react-native/assemble and install its result"
end
unless respond_to?(:install_modules_dependencies, true)
  raise "react-native-reqtask needs React Native 0.73 or newer, and its scripts/react_native_pods.rb required by the Podfile"
end

Pod::Spec.new do |s|
  # Not "Reqtask": the pod's own product must not have the name of the framework it vendors, in any case of letters.
  s.name         = "react-native-reqtask"
  s.version      = package["version"]
  s.summary      = package["description"]
  s.homepage     = package["homepage"]
  s.license      = package["license"]
  s.authors      = package["author"]
  s.source       = { :git => "https://github.com/reqtask/reqtask.git", :tag => "v#{s.version}" }
  s.platforms    = { :ios => min_ios_version_supported }

  s.source_files = [
    "ios/*.{h,mm}", "cpp/*.{h,cpp}", "cpp/host/*.{h,cpp}", "cpp/include/*.h",
    "legacy/*.{h,cpp}", "legacy/ios/*.{h,mm}",
  ]
  # With the old architecture there are no headers of TurboModules to compile the module with. use_react_native! has settled
  # the variable by the time CocoaPods reads this.
  if ENV["RCT_NEW_ARCH_ENABLED"] == "1"
    s.source_files += ["ios/generated/*.{h,cpp}"]
  else
    s.exclude_files = ["cpp/ReqtaskModule.*"]
    # What install_modules_dependencies adds only with the new architecture, and legacy/ios needs.
    s.dependency "ReactCommon/turbomodule/core"
    s.dependency "React-callinvoker"
    s.dependency "React-jsi"
  end
  # None of them is for the app; in an umbrella header C++ would break Swift and Objective-C.
  s.private_header_files = ["cpp/**/*.h", "legacy/**/*.h", "ios/**/*.h"]

  s.vendored_frameworks = "ios/Reqtask.xcframework"
  s.frameworks = ["Security", "CoreFoundation"]
  s.resource_bundles = { "ReqtaskPrivacy" => ["ios/PrivacyInfo.xcprivacy"] }
  s.pod_target_xcconfig = {
    # Found by name, wherever CocoaPods flattens headers to.
    "HEADER_SEARCH_PATHS" => %w[cpp cpp/host cpp/include legacy ios/generated]
      .map { |folder| "\"$(PODS_TARGET_SRCROOT)/#{folder}\"" }.join(" "),
    "CLANG_CXX_LANGUAGE_STANDARD" => "c++20",
  }

  install_modules_dependencies(s)
end

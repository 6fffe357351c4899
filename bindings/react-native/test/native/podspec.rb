# Evaluates the podspec as CocoaPods does, with stand-ins for CocoaPods and for react_native_pods.rb, once for each
# architecture; arguments: the podspec of a staged package, and "new" or "old". Every pattern must find a file.
require "pathname"

class Spec
  attr_reader :values, :dependencies

  def initialize
    @values = {}
    @dependencies = []
  end

  def dependency(name, *)
    @dependencies << name
  end

  def method_missing(name, *arguments)
    key = name.to_s.delete_suffix("=")
    name.to_s.end_with?("=") ? @values[key] = arguments.first : @values[key]
  end

  def respond_to_missing?(*)
    true
  end
end

module Pod
  class Spec
    def self.new
      yield($spec = ::Spec.new)
    end
  end
end

def min_ios_version_supported
  "15.1"
end

def install_modules_dependencies(spec)
  spec.dependency "React-Core"
end

def check(holds, what)
  abort what unless holds
end

path, architecture = ARGV
ENV["RCT_NEW_ARCH_ENABLED"] = architecture == "new" ? "1" : "0"
folder = Pathname(path).dirname
eval(File.read(path), TOPLEVEL_BINDING, path)

spec = $spec.values
find = ->(patterns) { Array(patterns).flat_map { |one| Dir.glob(one, base: folder) } }
Array(spec["source_files"]).each { |one| check(find.(one).any?, "no file for the source pattern #{one}") }
compiled = find.(spec["source_files"]) - find.(spec["exclude_files"])
check(spec["name"] == File.basename(path, ".podspec"), "the name is not the file's")
check(spec["version"] && spec["license"] && spec["authors"] && spec["homepage"] && spec["summary"], "a field is missing")
check((compiled.grep(/\.h$/) - find.(spec["private_header_files"])).empty?, "a header is public")
check(compiled.include?("cpp/host/Host.cpp") && compiled.include?("legacy/ios/ReqtaskLegacy.mm"), "a source is missing")
check(compiled.include?("cpp/ReqtaskModule.cpp") == (architecture == "new"), "ReqtaskModule.cpp")
check(compiled.any? { |one| one.start_with?("ios/generated/") } == (architecture == "new"), "generated code")
check($spec.dependencies.include?("ReactCommon/turbomodule/core") == (architecture == "old"), "dependencies")
check(find.(spec["resource_bundles"].values.flatten) == ["ios/PrivacyInfo.xcprivacy"], "the privacy manifest")
check(compiled.none? { |one| one.start_with?("android/", "harmony/", "test/") }, "a source of another platform")
folders = spec["pod_target_xcconfig"]["HEADER_SEARCH_PATHS"].scan(%r{\$\(PODS_TARGET_SRCROOT\)/([^"]+)}).flatten
folders.each { |one| check((folder / one).directory?, "no folder #{one}") }

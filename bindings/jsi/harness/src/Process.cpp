#include "Process.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace harness {

namespace {

std::size_t entries(const char *folder) {
  const std::filesystem::directory_iterator first(folder);
  return static_cast<std::size_t>(std::distance(begin(first), end(first)));
}

} // namespace

std::size_t threadCount() { return entries("/proc/self/task"); }

/* Not the one that reads the list. */
std::size_t descriptorCount() { return entries("/proc/self/fd") - 1; }

std::size_t residentBytes() {
  std::size_t whole = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace harness

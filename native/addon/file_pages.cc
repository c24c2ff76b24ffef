#include "file_pages.h"

#ifdef __linux__
#include <sys/mman.h>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#endif

namespace fvm {

#ifdef __linux__
int release_file_pages(const std::string& path) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  int released = 0;
  while (std::getline(maps, line)) {
    // Such as: 7f00-7f01 r--s 00000000 fe:00 1234    /folder/data.mdb
    if (line.size() <= path.size() || !line.ends_with(path)) continue;
    uint64_t begin = 0, end = 0;
    char access[5] = {};
    int path_at = 0;
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %*s %n", &begin, &end, access, &path_at) != 3) continue;
    if (access[3] != 's' || line.compare(static_cast<size_t>(path_at), std::string::npos, path) != 0) continue;
    if (madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED) == 0) released++;
  }
  return released;
}
#else
int release_file_pages(const std::string&) { return 0; }
#endif

}  // namespace fvm

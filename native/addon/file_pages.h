// Pages of files that the process has mapped.
#pragma once

#include <string>

namespace fvm {

// Takes the pages of a mapped file out of the process's memory; the system keeps them as long as it likes, and whoever
// reads one gets it back. Nothing is lost, changes neither: only mappings that are shared with the file are touched. The
// file must stay mapped meanwhile. Returns how many mappings it has. Linux only; elsewhere none.
int release_file_pages(const std::string& path);

}  // namespace fvm

#include "refusal.h"

#include <string_view>

namespace fvm {
namespace {

struct Entry {
  Errno error;
  std::string_view text;
};

constexpr Entry kEntries[] = {
    {Errno::kOk, ""},
#define FVM_REASON(name, error, text) {Errno::error, text},
    FVM_REASONS(FVM_REASON)
#undef FVM_REASON
};

const Entry& entry(Reason reason) { return kEntries[static_cast<size_t>(reason)]; }

void replace(std::string& text, std::string_view mark, std::string_view with) {
  if (const size_t at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), with);
}

}  // namespace

Errno errno_of(Reason reason) { return entry(reason).error; }

std::string Refusal::text(const Cid& cid) const {
  std::string text(entry(reason).text);
  replace(text, "{cid}", text_of(cid));
  replace(text, "{a}", std::to_string(a));
  replace(text, "{b}", std::to_string(b));
  replace(text, "{fault}", text_of(static_cast<CidFault>(a)));
  return text;
}

}  // namespace fvm

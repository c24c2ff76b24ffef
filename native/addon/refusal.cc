#include "refusal.h"

#include <string_view>

namespace fvm {
namespace {

constexpr std::string_view kTexts[] = {
    "",
#define FVM_REASON(name, error, text) text,
    FVM_REASONS(FVM_REASON)
#undef FVM_REASON
};

template <class Make>
void replace(std::string& text, std::string_view mark, Make make) {
  if (const size_t at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), make());
}

}  // namespace

std::string Refusal::text(const Cid& cid) const {
  std::string text(kTexts[static_cast<size_t>(reason)]);
  replace(text, "{cid}", [&] { return text_of(cid); });
  replace(text, "{a}", [&] { return std::to_string(a); });
  replace(text, "{b}", [&] { return std::to_string(b); });
  replace(text, "{fault}", [&] { return text_of(static_cast<CidFault>(a)); });
  return text;
}

}  // namespace fvm

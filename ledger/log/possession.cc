#include "ledger/log/possession.h"

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/check.h"

namespace amanah::log {
namespace {

bool IsOneLine(const std::string& field) {
  return field.find('\n') == std::string::npos;
}

}  // namespace

std::string FormatPossessionText(const PossessionText& possession) {
  // A newline would let one text be read in two ways.
  AMANAH_CHECK(IsOneLine(possession.origin) && IsOneLine(possession.name) &&
               IsOneLine(possession.role));
  return absl::StrFormat("amanah.key/v1\n%s\n%s\n%s\n%s\n", possession.origin,
                         EncodeBase64(possession.genesis.view()),
                         possession.name, possession.role);
}

}  // namespace amanah::log

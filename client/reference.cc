#include "client/reference.h"

#include "ledger/base/base64.h"
#include "ledger/base/bytes.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

constexpr size_t kDigestBytes = 6;  // 12 hex digits: too few for a NIK

}  // namespace

std::string MakeReference(const std::vector<std::string>& parts) {
  std::string whole;
  for (const std::string& part : parts) {
    if (!whole.empty()) whole += '/';
    whole += part;
  }
  if (whole.size() <= domain::kIdentifierLengthMax) return whole;
  const std::string digest =
      EncodeHex(crypto::Sha256(AsBytes(whole)).view().first(kDigestBytes));
  return whole.substr(0, domain::kIdentifierLengthMax - digest.size() - 1) +
         "." + digest;
}

}  // namespace amanah::client

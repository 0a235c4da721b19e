#include "server/caller.h"

#include <grpc/grpc_security_constants.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"

namespace amanah::server {
namespace {

using domain::Role;

constexpr size_t kParsedMax = 4'096;

}  // namespace

bool Caller::ReadsAll() const {
  return anonymous || Is(Role::kAuditor) || Is(Role::kAdministrator);
}

bool Caller::MayPostFor(std::string_view author) const {
  if (anonymous || author == authority.name) return true;
  return author == domain::kAdministrators && Is(Role::kAdministrator);
}

std::optional<std::string> CertificateOf(const grpc::AuthContext& context) {
  const std::vector<grpc::string_ref> values =
      context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (values.empty()) return std::nullopt;
  return std::string(values[0].data(), values[0].size());
}

absl::StatusOr<crypto::CertificateFacts> CallerFinder::FactsOf(
    const std::string& pem) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = parsed_.find(pem);
    if (found != parsed_.end()) return found->second;
  }
  auto facts = crypto::ReadCertificate(pem);
  if (!facts.ok()) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "the client's certificate: %s", std::string(facts.status().message())));
  }
  const std::lock_guard lock(mutex_);
  if (parsed_.size() >= kParsedMax) parsed_.clear();
  parsed_.emplace(pem, *facts);
  return facts;
}

absl::StatusOr<Caller> CallerFinder::Find(
    const std::optional<std::string>& certificate,
    const domain::StateReader& state) const {
  if (plaintext_) return Caller{true, 0, {}};
  if (!certificate.has_value()) {
    return absl::UnauthenticatedError("the client showed no certificate");
  }
  AMANAH_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts,
                          FactsOf(*certificate));
  AMANAH_RETURN_IF_ERROR(
      crypto::CheckValidity(facts, clock_->NowUs() / 1'000'000));

  domain::Overlay rows(&state);
  const auto pin = domain::LoadRow<domain::PinRow>(
      &rows,
      domain::NameKey(domain::PinRow::kTable, AsText(facts.spki_hash.view())));
  std::optional<domain::Author> found;
  if (pin.has_value()) found = domain::AuthorOf(&rows, pin->authority);
  AMANAH_RETURN_IF_ERROR(rows.status());
  // A pin's row stays when its authority has set others since.
  if (!found.has_value() ||
      std::find(found->authority.pins.begin(), found->authority.pins.end(),
                facts.spki_hash) == found->authority.pins.end()) {
    return absl::UnauthenticatedError(
        absl::StrFormat("no authority has pinned the client's certificate, "
                        "whose SPKI hash is %s",
                        EncodeBase64(facts.spki_hash.view())));
  }
  if (found->authority.suspended) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s was suspended by entry %d", found->authority.name,
                        found->authority.status_entry));
  }
  return Caller{false, found->ordinal, std::move(found->authority)};
}

}  // namespace amanah::server

#include "server/caller.h"

#include <grpc/grpc_security_constants.h>

#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/domain/book.h"

namespace amanah::server {
namespace {

using domain::Role;

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

std::optional<crypto::CertificateFacts> CallerFinder::Kept(
    const crypto::Hash& hash) const {
  const std::lock_guard lock(mutex_);
  const auto found = parsed_.find(hash);
  if (found == parsed_.end()) return std::nullopt;
  return found->second;
}

void CallerFinder::Keep(const crypto::Hash& hash,
                        const crypto::CertificateFacts& facts) const {
  const std::lock_guard lock(mutex_);
  if (parsed_.size() >= kKeptMax) parsed_.clear();
  parsed_.emplace(hash, facts);
}

size_t CallerFinder::kept() const {
  const std::lock_guard lock(mutex_);
  return parsed_.size();
}

absl::StatusOr<Caller> CallerFinder::Find(
    const std::optional<std::string>& certificate,
    const domain::StateReader& state) const {
  if (plaintext_) return Caller{true, 0, {}};
  if (!certificate.has_value()) {
    return absl::UnauthenticatedError("the client showed no certificate");
  }
  const crypto::Hash hash = crypto::Sha256(AsBytes(*certificate));
  const auto kept = Kept(hash);
  crypto::CertificateFacts facts;
  if (kept.has_value()) {
    facts = *kept;
  } else {
    auto read = crypto::ReadCertificate(*certificate);
    if (!read.ok()) {
      return absl::UnauthenticatedError(
          absl::StrFormat("the client's certificate: %s",
                          std::string(read.status().message())));
    }
    facts = *read;
  }
  AMANAH_RETURN_IF_ERROR(
      crypto::CheckValidity(facts, clock_->NowUs() / 1'000'000));

  domain::Overlay rows(&state);
  const auto pin = domain::LoadRow<domain::PinRow>(
      &rows,
      domain::NameKey(domain::PinRow::kTable, AsText(facts.spki_hash.view())));
  std::optional<domain::Author> found;
  if (pin.has_value()) found = domain::AuthorOf(&rows, pin->authority);
  AMANAH_RETURN_IF_ERROR(rows.status());
  // A pin's row goes when its authority sets others.
  if (!found.has_value()) {
    return absl::UnauthenticatedError(
        absl::StrFormat("no authority has pinned the client's certificate, "
                        "whose SPKI hash is %s",
                        EncodeBase64(facts.spki_hash.view())));
  }
  // Those of strangers would push these out.
  if (!kept.has_value()) Keep(hash, facts);
  if (found->authority.suspended) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s was suspended by entry %d", found->authority.name,
                        found->authority.status_entry));
  }
  return Caller{false, found->ordinal, std::move(found->authority)};
}

}  // namespace amanah::server

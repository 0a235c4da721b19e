#include "server/query/status_of.h"

#include <variant>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"

namespace amanah::server {
namespace {

absl::Status NotThere(uint64_t sequence, std::string_view what) {
  return absl::DataLossError(
      absl::StrFormat("entry %d is no %s, as its row says", sequence, what));
}

void Fill(const KnownEntitlement& known, const domain::ProgramRow& program,
          const domain::EntitlementGranted& grant, v1::EntitlementStatus* out) {
  out->set_entitlement(grant.entitlement);
  out->set_granted_sequence(known.grant);
  out->set_program(program.program);
  out->set_region(known.row.region);
  out->set_first_month(domain::FormatMonth(known.row.months.first));
  out->set_last_month(domain::FormatMonth(known.row.months.last));
  out->set_currency(program.currency);
  out->set_amount_minor(known.row.amount.minor);
  out->set_live_minor(known.row.live.minor);
  if (known.row.revoked_entry != 0) {
    out->set_revoked_sequence(known.row.revoked_entry);
  }
}

void Fill(const KnownDisbursement& known,
          const domain::DisbursementReported& report,
          v1::DisbursementStatus* out) {
  out->set_bank(known.bank);
  out->set_disbursement(report.disbursement);
  out->set_entitlement(report.entitlement);
  out->set_state(static_cast<v1::DisbursementState>(known.row.state));
  out->set_currency(report.currency);
  out->set_amount_minor(known.row.amount.minor);
  out->set_first_sequence(known.row.first_entry);
  out->set_last_sequence(known.row.last_entry);
}

}  // namespace

std::optional<KnownEntitlement> FindEntitlement(domain::Overlay* state,
                                                std::string_view name) {
  const auto grant = domain::LoadNumber(state, domain::NameKey('E', name));
  if (!grant.has_value()) return std::nullopt;
  return FindEntitlement(state, *grant);
}

std::optional<KnownEntitlement> FindEntitlement(domain::Overlay* state,
                                                uint64_t grant) {
  auto row = domain::LoadRow<domain::EntitlementRow>(state, grant);
  if (!row.has_value()) return std::nullopt;
  return KnownEntitlement{grant, *std::move(row)};
}

absl::Status AddStatuses(
    Reading* reading, const std::vector<KnownEntitlement>& entitlements,
    google::protobuf::RepeatedPtrField<v1::EntitlementStatus>* out) {
  std::vector<uint64_t> sequences;
  sequences.reserve(entitlements.size());
  for (const auto& known : entitlements) sequences.push_back(known.grant);
  AMANAH_ASSIGN_OR_RETURN(const std::vector<RecordedEntry> entries,
                          reading->ReadEntries(sequences));
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto* grant =
        std::get_if<domain::EntitlementGranted>(&entries[i].statement.body);
    const auto program = domain::LoadRow<domain::ProgramRow>(
        reading->state(), entitlements[i].row.program);
    if (grant == nullptr || !program.has_value()) {
      return NotThere(sequences[i], "grant");
    }
    Fill(entitlements[i], *program, *grant, out->Add());
  }
  return reading->state()->status();
}

absl::Status AddStatuses(
    Reading* reading, const std::vector<KnownDisbursement>& disbursements,
    google::protobuf::RepeatedPtrField<v1::DisbursementStatus>* out) {
  std::vector<uint64_t> sequences;
  sequences.reserve(disbursements.size());
  for (const auto& known : disbursements) {
    sequences.push_back(known.row.first_entry);
  }
  AMANAH_ASSIGN_OR_RETURN(const std::vector<RecordedEntry> entries,
                          reading->ReadEntries(sequences));
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto* report =
        std::get_if<domain::DisbursementReported>(&entries[i].statement.body);
    if (report == nullptr) return NotThere(sequences[i], "report");
    Fill(disbursements[i], *report, out->Add());
  }
  return absl::OkStatus();
}

std::optional<uint64_t> FindProgram(domain::Overlay* state,
                                    std::string_view code) {
  return domain::LoadNumber(state, domain::NameKey('G', code));
}

}  // namespace amanah::server

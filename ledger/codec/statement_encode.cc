#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/codec/kinds.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/codec/wire.h"
#include "ledger/log/verifier_key.h"

namespace amanah::codec {
namespace {

// The verifier key as `field`, its possession as the field after it.
void WriteKey(WireWriter* out, uint32_t field, std::string_view name,
              const domain::NewKey& key) {
  out->WriteString(field,
                   log::FormatVerifierKey(log::MakeVerifierKey(name, key.key)));
  out->WriteBytes(field + 1, key.possession.view());
}

// Hashes and pseudonyms, which have a view().
template <typename T>
void WriteAll(WireWriter* out, uint32_t field, const std::vector<T>& values) {
  for (const T& value : values) out->WriteRepeated(field, value.view());
}

void WriteAll(WireWriter* out, uint32_t field,
              const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    out->WriteRepeated(field, AsBytes(value));
  }
}

template <typename T>
void WriteOptional(WireWriter* out, uint32_t field,
                   const std::optional<T>& value) {
  if (value.has_value()) out->WriteBytes(field, value->view());
}

// The first month as `field`, the last as the field after it.
void WriteMonths(WireWriter* out, uint32_t field,
                 const domain::Period& months) {
  out->WriteString(field, domain::FormatMonth(months.first));
  out->WriteString(field + 1, domain::FormatMonth(months.last));
}

template <typename T>
void WriteEnum(WireWriter* out, uint32_t field, T value) {
  out->WriteUint64(field, static_cast<uint64_t>(value));
}

void WriteAdministrator(WireWriter* out, const domain::Administrator& body) {
  const size_t mark = out->Begin(5);
  out->WriteString(1, body.name);
  out->WriteString(2, body.institution);
  WriteKey(out, 3, body.name, body.key);
  WriteAll(out, 5, body.pins);
  out->End(mark);
}

void Write(WireWriter* out, const domain::LedgerOpened& body) {
  out->WriteString(1, body.origin);
  out->WriteUint64(2, body.rules_version);
  out->WriteBytes(3, body.nonce);
  out->WriteUint64(4, body.threshold);
  for (const domain::Administrator& administrator : body.administrators) {
    WriteAdministrator(out, administrator);
  }
  WriteKey(out, 6, body.origin, body.checkpoint_key);
  WriteKey(out, 8, body.origin, body.statement_key);
  out->WriteString(10, body.witness_policy);
  if (!body.predecessor.has_value()) return;
  const size_t mark = out->Begin(11);
  out->WriteString(1, body.predecessor->origin);
  out->WriteString(2, body.predecessor->checkpoint);
  out->End(mark);
}

void Write(WireWriter* out, const domain::AuthorityEnrolled& body) {
  out->WriteString(1, body.name);
  out->WriteString(2, body.institution);
  WriteEnum(out, 3, body.role);
  WriteAll(out, 4, body.programs);
  WriteAll(out, 5, body.regions);
  WriteKey(out, 6, body.name, body.key);
  WriteAll(out, 8, body.pins);
  out->WriteUint64(9, body.daily_quota);
}

void Write(WireWriter* out, const domain::KeyRotated& body) {
  out->WriteString(1, body.name);
  WriteKey(out, 2, body.name, body.key);
}

void Write(WireWriter* out, const domain::AuthoritySuspended& body) {
  out->WriteString(1, body.name);
  out->WriteString(2, body.reason_code);
}

void Write(WireWriter* out, const domain::AuthorityReinstated& body) {
  out->WriteString(1, body.name);
  out->WriteString(2, body.reason_code);
}

void Write(WireWriter* out, const domain::AuthoritySucceeded& body) {
  out->WriteString(1, body.name);
  out->WriteString(2, body.successor);
}

void Write(WireWriter* out, const domain::PinsChanged& body) {
  WriteAll(out, 1, body.pins);
}

void Write(WireWriter* out, const domain::LedgerKeyRotated& body) {
  WriteEnum(out, 1, body.kind);
  WriteKey(out, 2, body.key_name, body.key);
}

void Write(WireWriter* out, const domain::RulesAdopted& body) {
  out->WriteUint64(1, body.version);
}

void Write(WireWriter* out, const domain::ProgramDefined& body) {
  out->WriteString(1, body.program);
  out->WriteUint64(2, body.version);
  WriteMonths(out, 3, body.months);
  out->WriteString(5, body.currency);
  out->WriteUint64(6, body.whole_units ? 1 : 0);
  WriteEnum(out, 7, body.unit);
  out->WriteString(8, body.benefit);
  out->WriteString(9, body.recipient_scheme);
  out->WriteString(10, body.region_scheme);
  WriteAll(out, 11, body.excludes);
  if (body.ceiling.has_value()) out->WriteInt64(12, body.ceiling->minor);
}

void Write(WireWriter* out, const domain::FundsAppropriated& body) {
  out->WriteString(1, body.program);
  out->WriteUint64(2, body.fiscal_year);
  out->WriteString(3, body.region);
  out->WriteString(4, body.currency);
  out->WriteSint64(5, body.amount.minor);
  out->WriteString(6, body.legal_basis);
}

void Write(WireWriter* out, const domain::EntitlementGranted& body) {
  out->WriteString(1, body.entitlement);
  out->WriteString(2, body.program);
  out->WriteUint64(3, body.fiscal_year);
  out->WriteString(4, body.appropriation_region);
  out->WriteBytes(5, body.recipient.view());
  WriteOptional(out, 6, body.household);
  WriteAll(out, 7, body.members);
  out->WriteString(8, body.region);
  WriteMonths(out, 9, body.months);
  out->WriteString(11, body.currency);
  out->WriteInt64(12, body.amount.minor);
  out->WriteString(13, body.basis);
  WriteOptional(out, 14, body.basis_digest);
}

void Write(WireWriter* out, const domain::EntitlementRevoked& body) {
  out->WriteString(1, body.entitlement);
  out->WriteString(2, body.reason_code);
}

void Write(WireWriter* out, const domain::DisbursementReported& body) {
  out->WriteString(1, body.disbursement);
  out->WriteString(2, body.entitlement);
  out->WriteString(3, body.end_to_end_id);
  WriteEnum(out, 4, body.state);
  out->WriteString(5, body.currency);
  out->WriteInt64(6, body.amount.minor);
  out->WriteString(7, body.value_date);
  out->WriteString(8, body.channel);
  out->WriteString(9, body.reason_code);
  out->WriteString(10, body.bank_reason_code);
  out->WriteString(11, body.predecessor);
}

}  // namespace

std::string EncodeStatement(const domain::Statement& statement) {
  // Room for most statements; long ones grow.
  constexpr size_t kUsualLength = 512;
  std::string out;
  out.reserve(kUsualLength);
  WireWriter writer(&out);
  writer.WriteString(1, statement.reference);
  writer.WriteBytes(2, statement.salt);
  const size_t mark = writer.Begin(kKinds[statement.body.index()].field);
  std::visit([&writer](const auto& body) { Write(&writer, body); },
             statement.body);
  writer.End(mark);
  return out;
}

}  // namespace amanah::codec

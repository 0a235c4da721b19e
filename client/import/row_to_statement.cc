#include "client/import/row_to_statement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "client/import/field_value.h"
#include "ledger/base/base64.h"
#include "ledger/base/bytes.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/crypto/hmac.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/validate.h"

namespace amanah::client {
namespace {

constexpr std::string_view kKeyContext = "amanah.import/v1\n";
constexpr std::string_view kRowContext = "amanah.import.row/v1\n";
constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr unsigned kEpoch = 1;  // the only one of rules version 1

void AppendValue(std::string_view value, std::string* out) {
  AppendBigEndian(out, uint64_t{value.size()});
  out->append(value);
}

// 100 bits in two groups of ten: with the dash between them there are never
// more than ten digits in a row.
std::string IdText(const crypto::Hash& digest) {
  std::string text;
  for (size_t i = 0; i < 20; ++i) {
    if (i == 10) text.push_back('-');
    unsigned value = 0;
    for (size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
      value = 2 * value + ((digest.bytes.at(bit / 8) >> (7 - bit % 8)) & 1U);
    }
    text.push_back(kCrockford.at(value));
  }
  return text;
}

constexpr const char* kCodeKind = "1 to 35 of A-Z a-z 0-9 . / -";
constexpr const char* kIdentifierKind = "1 to 64 of A-Z a-z 0-9 . _ / -";

bool IsCurrency(std::string_view text) {
  return domain::CurrencyExponent(text).has_value();
}

// The first word of a message of domain::Validate: which field it is about.
std::string FieldOfFault(const absl::Status& status) {
  const std::string message(status.message());
  return message.substr(0, message.find(' '));
}

template <typename Visit>
absl::Status VisitFields(EntitlementFields* fields, const Visit& visit) {
  for (Field* field :
       {&fields->program, &fields->fiscal_year, &fields->appropriation_region,
        &fields->region, &fields->first_month, &fields->last_month,
        &fields->currency, &fields->amount, &fields->basis}) {
    AMANAH_RETURN_IF_ERROR(visit(field));
  }
  std::vector<Identity*> identities = {&fields->recipient};
  if (fields->household.has_value()) identities.push_back(&*fields->household);
  for (Identity& member : fields->members) identities.push_back(&member);
  for (Identity* identity : identities) {
    if (!identity->whole_row) AMANAH_RETURN_IF_ERROR(visit(&identity->value));
  }
  if (fields->entitlement.value.has_value()) {
    AMANAH_RETURN_IF_ERROR(visit(&*fields->entitlement.value));
  }
  return absl::OkStatus();
}

template <typename Visit>
absl::Status VisitFields(DisbursementFields* fields, const Visit& visit) {
  for (Field* field : {&fields->state, &fields->currency, &fields->amount,
                       &fields->value_date, &fields->channel}) {
    AMANAH_RETURN_IF_ERROR(visit(field));
  }
  for (std::optional<Field>* field :
       {&fields->reason_code, &fields->bank_reason_code, &fields->predecessor,
        &fields->entitlement.value, &fields->disbursement.value,
        &fields->end_to_end.value}) {
    if (field->has_value()) AMANAH_RETURN_IF_ERROR(visit(&**field));
  }
  return absl::OkStatus();
}

}  // namespace

std::string ReferenceOf(std::string_view reference, int attempt) {
  if (attempt == 1) return std::string(reference);
  return absl::StrFormat("%s.a%d", reference, attempt);
}

absl::StatusOr<std::string> EncodeAttempt(const ConvertedRow& row, int attempt,
                                          const crypto::Secret& salt_key) {
  domain::Statement statement;
  statement.reference = ReferenceOf(row.reference, attempt);
  statement.salt = crypto::StatementSalt(salt_key.view(), statement.reference);
  statement.body = row.body;
  if (const absl::Status valid = domain::Validate(statement); !valid.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("field %s breaks its form", FieldOfFault(valid)));
  }
  std::string bytes = codec::EncodeStatement(statement);
  if (bytes.size() > domain::kStatementLengthMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the statement has %d bytes, more than %d",
                        bytes.size(), domain::kStatementLengthMax));
  }
  return bytes;
}

absl::StatusOr<std::unique_ptr<RowConverter>> RowConverter::Make(
    Mapping mapping, const std::vector<std::string>& columns,
    const ImportKeys& keys) {
  AMANAH_CHECK(!mapping.id_key.has_value() || keys.ids != nullptr);
  AMANAH_CHECK(!mapping.for_entitlements() || keys.pseudonym != nullptr);
  std::unique_ptr<RowConverter> converter(
      new RowConverter(std::move(mapping), keys));
  AMANAH_RETURN_IF_ERROR(converter->Bind(columns));
  converter->filter_is_in_keys_ = converter->FilterIsInKeys();
  converter->counts_.resize(converter->mapping_.keys.size());
  converter->row_keys_.resize(converter->mapping_.keys.size());
  return converter;
}

absl::Status RowConverter::Bind(const std::vector<std::string>& columns) {
  const auto bind = [&](Field* field) { return field->text.Bind(columns); };
  AMANAH_RETURN_IF_ERROR(
      std::visit([&](auto& fields) { return VisitFields(&fields, bind); },
                 mapping_.fields));
  for (KeyColumns& key : mapping_.keys) {
    for (Field& field : key.fields) AMANAH_RETURN_IF_ERROR(bind(&field));
  }
  for (RowFilter& filter : mapping_.only) {
    AMANAH_RETURN_IF_ERROR(filter.column.Bind(columns));
  }
  return absl::OkStatus();
}

// Whether rows with equal keys are all let through or all left out.
bool RowConverter::FilterIsInKeys() const {
  const auto holds = [](const KeyColumns& key, const RowFilter& filter) {
    return key.whole_row ||
           std::any_of(
               key.fields.begin(), key.fields.end(), [&](const Field& field) {
                 return field.text.IsColumn(filter.name) &&
                        !field.form.has_value() &&
                        field.amount_currency.empty() && field.values.empty();
               });
  };
  return std::all_of(
      mapping_.keys.begin(), mapping_.keys.end(), [&](const KeyColumns& key) {
        return std::all_of(
            mapping_.only.begin(), mapping_.only.end(),
            [&](const RowFilter& filter) { return holds(key, filter); });
      });
}

bool RowConverter::Selects(RowFields fields) const {
  return std::all_of(
      mapping_.only.begin(), mapping_.only.end(), [&](const RowFilter& filter) {
        return std::find(filter.values.begin(), filter.values.end(),
                         filter.column.Render(fields)) != filter.values.end();
      });
}

absl::StatusOr<crypto::Hash> RowConverter::DigestOf(const KeyColumns& key,
                                                    RowFields fields) const {
  std::string message(kKeyContext);
  if (key.whole_row) {
    for (const std::string_view value : fields) AppendValue(value, &message);
  }
  for (const Field& field : key.fields) {
    AMANAH_ASSIGN_OR_RETURN(const std::string value,
                            ValueOf(field, "ids", mapping_.notation, fields));
    AppendValue(value, &message);
  }
  if (keys_.ids == nullptr) return crypto::Sha256(AsBytes(message));
  return crypto::Hash{crypto::HmacSha256(keys_.ids->view(), AsBytes(message))};
}

absl::Status RowConverter::CountKeys(RowFields fields) {
  for (size_t i = 0; i < mapping_.keys.size(); ++i) {
    AMANAH_ASSIGN_OR_RETURN(row_keys_[i].digest,
                            DigestOf(mapping_.keys[i], fields));
    std::array<uint8_t, 16> head;
    std::copy_n(row_keys_[i].digest.bytes.begin(), head.size(), head.begin());
    row_keys_[i].number = ++counts_[i][head];
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RowConverter::MakeId(const IdRule& rule,
                                                 const char* name,
                                                 RowFields fields) const {
  if (rule.value.has_value()) {
    return CheckedValueOf(*rule.value, name, mapping_.notation, fields,
                          domain::IsIdentifier, kIdentifierKind);
  }
  const KeyOfRow& key = row_keys_[rule.key];
  std::string id = rule.prefix + IdText(key.digest);
  if (key.number > 1) id += absl::StrFormat(".n%d", key.number);
  return id;
}

absl::StatusOr<crypto::Pseudonym> RowConverter::PseudonymOf(
    const Identity& identity, const char* name, RowFields fields) const {
  std::string identifier;
  if (identity.whole_row) {
    std::string row(kRowContext);
    for (const std::string_view value : fields) AppendValue(value, &row);
    identifier = EncodeHex(crypto::Sha256(AsBytes(row)).view());
  } else {
    AMANAH_ASSIGN_OR_RETURN(
        identifier, ValueOf(identity.value, name, mapping_.notation, fields));
  }
  auto pseudonym = crypto::MakePseudonym(keys_.pseudonym->view(), kEpoch,
                                         identity.scheme, identifier);
  crypto::Wipe(&identifier);
  if (!pseudonym.ok())
    return FieldFault(identity.value, name, pseudonym.status());
  return pseudonym;
}

absl::Status RowConverter::FillMembers(const EntitlementFields& from,
                                       RowFields fields,
                                       domain::EntitlementGranted* body) const {
  if (from.household.has_value()) {
    AMANAH_ASSIGN_OR_RETURN(body->household,
                            PseudonymOf(*from.household, "household", fields));
  }
  for (const Identity& member : from.members) {
    // A file has columns for the largest family: most rows leave some empty.
    if (!member.whole_row && member.value.text.Render(fields).empty()) continue;
    AMANAH_ASSIGN_OR_RETURN(crypto::Pseudonym pseudonym,
                            PseudonymOf(member, "members", fields));
    body->members.push_back(pseudonym);
  }
  std::sort(body->members.begin(), body->members.end());
  return absl::OkStatus();
}

absl::StatusOr<domain::EntitlementGranted> RowConverter::MakeGrant(
    const EntitlementFields& from, RowFields fields) const {
  const AmountNotation& notation = mapping_.notation;
  domain::EntitlementGranted body;
  AMANAH_ASSIGN_OR_RETURN(body.entitlement,
                          MakeId(from.entitlement, "entitlement", fields));
  AMANAH_ASSIGN_OR_RETURN(
      body.program, CheckedValueOf(from.program, "program", notation, fields,
                                   domain::IsIdentifier, kIdentifierKind));
  AMANAH_ASSIGN_OR_RETURN(
      body.fiscal_year,
      YearOf(from.fiscal_year, "fiscal_year", notation, fields));
  AMANAH_ASSIGN_OR_RETURN(body.appropriation_region,
                          ValueOf(from.appropriation_region,
                                  "appropriation_region", notation, fields));
  if (!body.appropriation_region.empty() &&
      !domain::IsRegion(body.appropriation_region)) {
    return FieldFault(from.appropriation_region, "appropriation_region",
                      "appropriation_region is no region code");
  }
  AMANAH_ASSIGN_OR_RETURN(body.recipient,
                          PseudonymOf(from.recipient, "recipient", fields));
  AMANAH_RETURN_IF_ERROR(FillMembers(from, fields, &body));
  AMANAH_ASSIGN_OR_RETURN(
      body.region, CheckedValueOf(from.region, "region", notation, fields,
                                  domain::IsRegion, "a region code"));
  AMANAH_ASSIGN_OR_RETURN(
      body.months.first,
      MonthOf(from.first_month, "first_month", notation, fields));
  AMANAH_ASSIGN_OR_RETURN(
      body.months.last,
      MonthOf(from.last_month, "last_month", notation, fields));
  if (body.months.last < body.months.first) {
    return FieldFault(from.last_month, "last_month",
                      "last_month is before first_month");
  }
  AMANAH_ASSIGN_OR_RETURN(
      body.currency, CheckedValueOf(from.currency, "currency", notation, fields,
                                    IsCurrency, "a code of ISO 4217"));
  AMANAH_ASSIGN_OR_RETURN(
      body.amount, AmountOf(from.amount, notation, body.currency, fields));
  AMANAH_ASSIGN_OR_RETURN(body.basis,
                          CheckedValueOf(from.basis, "basis", notation, fields,
                                         domain::IsCode, kCodeKind));
  return body;
}

absl::StatusOr<domain::DisbursementReported> RowConverter::MakeReport(
    const DisbursementFields& from, RowFields fields) const {
  const AmountNotation& notation = mapping_.notation;
  domain::DisbursementReported body;
  AMANAH_ASSIGN_OR_RETURN(body.disbursement,
                          MakeId(from.disbursement, "disbursement", fields));
  AMANAH_ASSIGN_OR_RETURN(body.entitlement,
                          MakeId(from.entitlement, "entitlement", fields));
  AMANAH_ASSIGN_OR_RETURN(body.end_to_end_id,
                          MakeId(from.end_to_end, "end_to_end", fields));
  if (!domain::IsEndToEndId(body.end_to_end_id)) {
    return absl::InvalidArgumentError(
        "field end_to_end: end_to_end is longer than 35 characters");
  }
  AMANAH_ASSIGN_OR_RETURN(body.state, StateOf(from.state, notation, fields));
  AMANAH_ASSIGN_OR_RETURN(
      body.currency, CheckedValueOf(from.currency, "currency", notation, fields,
                                    IsCurrency, "a code of ISO 4217"));
  AMANAH_ASSIGN_OR_RETURN(
      body.amount, AmountOf(from.amount, notation, body.currency, fields));
  AMANAH_ASSIGN_OR_RETURN(
      body.value_date,
      CheckedValueOf(from.value_date, "value_date", notation, fields,
                     domain::IsDate, "a date YYYY-MM-DD"));
  AMANAH_ASSIGN_OR_RETURN(
      body.channel, CheckedValueOf(from.channel, "channel", notation, fields,
                                   domain::IsCode, kCodeKind));
  const struct {
    const std::optional<Field>* field;
    const char* name;
    std::string* value;
  } optional_fields[] = {
      {&from.reason_code, "reason_code", &body.reason_code},
      {&from.bank_reason_code, "bank_reason_code", &body.bank_reason_code},
      {&from.predecessor, "predecessor", &body.predecessor}};
  for (const auto& [field, name, value] : optional_fields) {
    if (!field->has_value()) continue;
    AMANAH_ASSIGN_OR_RETURN(*value, ValueOf(**field, name, notation, fields));
  }
  return body;
}

absl::StatusOr<bool> RowConverter::Convert(const CsvRecord& record,
                                           ConvertedRow* row) {
  const RowFields fields = record.fields;
  const bool selected = Selects(fields);
  if (!selected && filter_is_in_keys_) return false;
  const absl::Status counted = CountKeys(fields);
  // A row that has no keys equals none, and so need not count.
  if (!selected) return false;
  AMANAH_RETURN_IF_ERROR(counted);
  row->row = record.row;
  AMANAH_ASSIGN_OR_RETURN(row->reference,
                          MakeId(mapping_.reference, "reference", fields));
  if (const auto* from = std::get_if<EntitlementFields>(&mapping_.fields)) {
    AMANAH_ASSIGN_OR_RETURN(auto body, MakeGrant(*from, fields));
    row->currency = body.currency;
    row->amount = body.amount;
    row->body = std::move(body);
    return true;
  }
  AMANAH_ASSIGN_OR_RETURN(
      auto body,
      MakeReport(std::get<DisbursementFields>(mapping_.fields), fields));
  row->reference +=
      absl::StrFormat(".%s", domain::DisbursementStateName(body.state));
  row->currency = body.currency;
  row->amount = body.amount;
  row->body = std::move(body);
  return true;
}

}  // namespace amanah::client

#include "ledger/domain/validate.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"

namespace amanah::domain {
namespace {

// The checks of one message; the first failure counts. `message` is the field
// of Statement that holds it.
class Checker {
 public:
  explicit Checker(std::string_view message) : message_(message) {}

  // The failed check, if any, says "<message>.<field> <what>".
  void Fail(std::string_view field, std::string_view what) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        message_.empty() ? absl::StrFormat("%s %s", field, what)
                         : absl::StrFormat("%s.%s %s", message_, field, what));
  }

  void Require(bool good, std::string_view field, std::string_view what) {
    if (!good) [[unlikely]]
      Fail(field, what);
  }

  void Identifier(std::string_view field, std::string_view value) {
    if (!IsIdentifier(value)) [[unlikely]] {
      FailForm(field, value, "1 to 64 of A-Z a-z 0-9 . _ / -");
    }
  }

  void EndToEndId(std::string_view field, std::string_view value) {
    if (!IsEndToEndId(value)) [[unlikely]] {
      FailForm(field, value, "1 to 35 of A-Z a-z 0-9 . _ / -");
    }
  }

  void Code(std::string_view field, std::string_view value) {
    if (!IsCode(value)) [[unlikely]] {
      FailForm(field, value, "1 to 35 of A-Z a-z 0-9 . / -");
    }
  }

  void Region(std::string_view field, std::string_view value) {
    if (!IsRegion(value)) [[unlikely]] {
      FailForm(field, value, "1 to 35 of A-Z a-z 0-9 - in parts between dots");
    }
  }

  void AuthorityName(std::string_view field, std::string_view value) {
    Identifier(field, value);
    Require(value != kAdministrators, field,
            "\"administrators\" is no single authority's name");
  }

  void Currency(std::string_view field, std::string_view value) {
    if (CurrencyExponent(value).has_value()) [[likely]]
      return;
    Fail(field,
         absl::StrFormat("%s is no currency of ISO 4217", Quoted(value)));
  }

  void Range(std::string_view field, int64_t value, int64_t min, int64_t max) {
    if (value >= min && value <= max) [[likely]]
      return;
    Fail(field, absl::StrFormat("%d is not %d to %d", value, min, max));
  }

  void Positive(std::string_view field, Amount amount) {
    if (amount.minor > 0) [[likely]]
      return;
    Fail(field, absl::StrFormat("%d is not positive", amount.minor));
  }

  // Whether months.months() may be asked for.
  bool Months(const Period& months) {
    constexpr Month kMin{12 * kFiscalYearMin};
    constexpr Month kMax{12 * kFiscalYearMax + 11};
    if (months.first < kMin || months.first > kMax) {
      Fail("first_month", "lies outside the years 1900 to 9999");
    } else if (months.last < kMin || months.last > kMax) {
      Fail("last_month", "lies outside the years 1900 to 9999");
    } else if (months.last < months.first) {
      Fail("last_month", absl::StrFormat("%s is before first_month %s",
                                         FormatMonth(months.last),
                                         FormatMonth(months.first)));
    } else {
      return true;
    }
    return false;
  }

  void Count(std::string_view field, size_t count, size_t min, size_t max) {
    if (count >= min && count <= max) [[likely]]
      return;
    Fail(field,
         absl::StrFormat("has %d values, not %d to %d", count, min, max));
  }

  // Strictly ascending, hence each value once. Shows no value: it may be a
  // pseudonym.
  template <typename T>
  void Ascending(std::string_view field, const std::vector<T>& values) {
    for (size_t i = 1; i < values.size(); ++i) {
      if (values[i - 1] < values[i]) continue;
      Fail(field, absl::StrFormat(
                      "value %d does not follow value %d in ascending order", i,
                      i - 1));
    }
  }

  void Pins(std::string_view field, const std::vector<Pin>& pins) {
    Count(field, pins.size(), 1, kPinsMax);
    Ascending(field, pins);
  }

  void Key(std::string_view field, const NewKey& key) {
    Require(crypto::IsValidPublicKey(key.key), field,
            "is no valid Ed25519 point");
  }

  void Pseudonym(std::string_view field, const crypto::Pseudonym& pseudonym) {
    if (pseudonym.bytes[0] == kPseudonymPrefix) [[likely]]
      return;
    Fail(field, absl::StrFormat("is of suite %d and epoch %d, not 1 and 1",
                                pseudonym.suite(), pseudonym.epoch()));
  }

  absl::Status status() && { return std::move(status_); }

 private:
  void FailForm(std::string_view field, std::string_view value,
                std::string_view form) {
    Fail(field, absl::StrFormat("%s is not %s without 16 digits in a row",
                                Quoted(value), form));
  }

  std::string_view message_;
  absl::Status status_;
};

absl::Status CheckAdministrator(const Administrator& administrator,
                                size_t place) {
  const std::string message =
      absl::StrFormat("ledger_opened.administrators[%d]", place);
  Checker check(message);
  check.AuthorityName("name", administrator.name);
  check.Code("institution", administrator.institution);
  check.Key("verifier_key", administrator.key);
  check.Pins("pins", administrator.pins);
  return std::move(check).status();
}

// Entry 0 is judged by no rule, so what rules refuse of later entries must be
// excluded here: a key or a pin that two hold.
absl::Status CheckAdministrators(const LedgerOpened& opened) {
  Checker check("ledger_opened");
  const std::vector<Administrator>& all = opened.administrators;
  check.Count("administrators", all.size(), 1, kAdministratorsMax);
  std::vector<crypto::PublicKey> keys = {opened.checkpoint_key.key,
                                         opened.statement_key.key};
  std::vector<Pin> pins;
  for (size_t i = 0; i < all.size(); ++i) {
    AMANAH_RETURN_IF_ERROR(CheckAdministrator(all[i], i));
    check.Require(i == 0 || all[i - 1].name < all[i].name, "administrators",
                  "are not in ascending order of name");
    keys.push_back(all[i].key.key);
    pins.insert(pins.end(), all[i].pins.begin(), all[i].pins.end());
  }
  std::sort(keys.begin(), keys.end());
  check.Require(std::adjacent_find(keys.begin(), keys.end()) == keys.end(),
                "administrators", "and the ledger's keys are not distinct");
  std::sort(pins.begin(), pins.end());
  check.Require(std::adjacent_find(pins.begin(), pins.end()) == pins.end(),
                "administrators", "have a pin in common");
  return std::move(check).status();
}

bool IsWitnessPolicy(std::string_view text) {
  if (text.size() > kWitnessPolicyLengthMax || !IsValidUtf8(text)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return c == '\n' || (byte >= 0x20 && byte != 0x7f);
  });
}

// The note must hold a checkpoint of that origin; its signatures are for those
// who kept the earlier ledger's key.
absl::Status CheckPredecessor(const Predecessor& predecessor) {
  Checker check("ledger_opened.predecessor");
  check.Require(log::IsValidOrigin(predecessor.origin), "origin",
                Quoted(predecessor.origin) + " is no origin");
  check.Require(predecessor.checkpoint.size() <= kCheckpointLengthMax,
                "checkpoint", "is longer than 4096 bytes");
  AMANAH_RETURN_IF_ERROR(std::move(check).status());
  const absl::StatusOr<log::Note> note = log::ParseNote(predecessor.checkpoint);
  Checker form("ledger_opened.predecessor");
  form.Require(note.ok(), "checkpoint", "is no signed note");
  if (note.ok()) {
    const absl::StatusOr<log::Checkpoint> checkpoint =
        log::ParseCheckpointText(note->text);
    form.Require(checkpoint.ok() && checkpoint->origin == predecessor.origin,
                 "checkpoint", "is no checkpoint of the predecessor's origin");
  }
  return std::move(form).status();
}

absl::Status Check(const LedgerOpened& body) {
  Checker check("ledger_opened");
  check.Require(log::IsValidOrigin(body.origin), "origin",
                Quoted(body.origin) + " is no origin");
  check.Require(body.rules_version >= 1, "rules_version", "0 is not 1 or more");
  check.Range("threshold", body.threshold, 1,
              static_cast<int64_t>(body.administrators.size()));
  AMANAH_RETURN_IF_ERROR(std::move(check).status());
  AMANAH_RETURN_IF_ERROR(CheckAdministrators(body));
  Checker rest("ledger_opened");
  rest.Key("checkpoint_key", body.checkpoint_key);
  rest.Key("statement_key", body.statement_key);
  rest.Require(IsWitnessPolicy(body.witness_policy), "witness_policy",
               "is not at most 4096 bytes of UTF-8 without control characters "
               "but newline");
  AMANAH_RETURN_IF_ERROR(std::move(rest).status());
  if (!body.predecessor.has_value()) return absl::OkStatus();
  return CheckPredecessor(*body.predecessor);
}

absl::Status Check(const AuthorityEnrolled& body) {
  Checker check("authority_enrolled");
  check.AuthorityName("name", body.name);
  check.Code("institution", body.institution);
  check.Count("programs", body.programs.size(), 0, kScopeMax);
  for (const std::string& program : body.programs) {
    check.Identifier("programs", program);
  }
  check.Ascending("programs", body.programs);
  check.Count("regions", body.regions.size(), 0, kScopeMax);
  for (const std::string& region : body.regions) {
    check.Region("regions", region);
  }
  check.Ascending("regions", body.regions);
  check.Key("verifier_key", body.key);
  check.Pins("pins", body.pins);
  check.Range("daily_quota", body.daily_quota, 1, kDailyQuotaMax);
  return std::move(check).status();
}

absl::Status Check(const KeyRotated& body) {
  Checker check("key_rotated");
  check.AuthorityName("name", body.name);
  check.Key("verifier_key", body.key);
  return std::move(check).status();
}

absl::Status Check(const AuthoritySuspended& body) {
  Checker check("authority_suspended");
  check.AuthorityName("name", body.name);
  check.Code("reason_code", body.reason_code);
  return std::move(check).status();
}

absl::Status Check(const AuthorityReinstated& body) {
  Checker check("authority_reinstated");
  check.AuthorityName("name", body.name);
  check.Code("reason_code", body.reason_code);
  return std::move(check).status();
}

absl::Status Check(const AuthoritySucceeded& body) {
  Checker check("authority_succeeded");
  check.AuthorityName("name", body.name);
  check.AuthorityName("successor", body.successor);
  return std::move(check).status();
}

absl::Status Check(const PinsChanged& body) {
  Checker check("pins_changed");
  check.Pins("pins", body.pins);
  return std::move(check).status();
}

absl::Status Check(const LedgerKeyRotated& body) {
  Checker check("ledger_key_rotated");
  check.Require(log::IsValidOrigin(body.key_name), "verifier_key",
                Quoted(body.key_name) + " is no origin");
  check.Key("verifier_key", body.key);
  return std::move(check).status();
}

absl::Status Check(const RulesAdopted& body) {
  Checker check("rules_adopted");
  check.Require(body.version >= 2, "version",
                absl::StrFormat("%d is not 2 or more", body.version));
  return std::move(check).status();
}

absl::Status Check(const ProgramDefined& body) {
  Checker check("program_defined");
  check.Identifier("program", body.program);
  check.Require(body.version >= 1, "version", "0 is not 1 or more");
  check.Months(body.months);
  check.Currency("currency", body.currency);
  check.Code("benefit", body.benefit);
  check.Require(IsRecipientScheme(body.recipient_scheme), "recipient_scheme",
                Quoted(body.recipient_scheme) + " is no country.scheme");
  check.Require(IsRegionScheme(body.region_scheme), "region_scheme",
                Quoted(body.region_scheme) + " is no country.scheme");
  check.Count("excludes", body.excludes.size(), 0, kExcludesMax);
  for (const std::string& program : body.excludes) {
    check.Identifier("excludes", program);
  }
  check.Ascending("excludes", body.excludes);
  if (body.ceiling.has_value()) check.Positive("ceiling_minor", *body.ceiling);
  return std::move(check).status();
}

absl::Status Check(const FundsAppropriated& body) {
  Checker check("funds_appropriated");
  check.Identifier("program", body.program);
  check.Range("fiscal_year", body.fiscal_year, kFiscalYearMin, kFiscalYearMax);
  if (!body.region.empty()) check.Region("region", body.region);
  check.Currency("currency", body.currency);
  check.Require(body.amount.minor != 0, "amount_minor", "is 0");
  check.Code("legal_basis", body.legal_basis);
  return std::move(check).status();
}

// Who and how many: claims are what a grant costs the book.
void CheckClaims(const EntitlementGranted& body, Checker* check) {
  check->Pseudonym("recipient", body.recipient);
  if (body.household.has_value()) {
    check->Pseudonym("household", *body.household);
  }
  check->Count("members", body.members.size(), 0, kMembersMax);
  for (const crypto::Pseudonym& member : body.members) {
    check->Pseudonym("members", member);
    check->Require(member != body.recipient && member != body.household,
                   "members", "repeat the recipient or the household");
  }
  check->Ascending("members", body.members);
}

// Requires: the months are in order and of our years.
void CheckSpan(const EntitlementGranted& body, Checker* check) {
  const int32_t months = body.months.months();
  if (months > kGrantMonthsMax) {
    check->Fail("last_month",
                absl::StrFormat("%s is the last of %d months, not at most %d",
                                FormatMonth(body.months.last), months,
                                kGrantMonthsMax));
    return;
  }
  const size_t claimants =
      1 + (body.household.has_value() ? 1 : 0) + body.members.size();
  const size_t claims = static_cast<size_t>(months) * claimants;
  if (claims > kGrantClaimsMax) {
    check->Fail("members",
                absl::StrFormat("make %d claims in %d months, not at most %d",
                                claims, months, kGrantClaimsMax));
  }
}

absl::Status Check(const EntitlementGranted& body) {
  Checker check("entitlement_granted");
  check.Identifier("entitlement", body.entitlement);
  check.Identifier("program", body.program);
  check.Range("fiscal_year", body.fiscal_year, kFiscalYearMin, kFiscalYearMax);
  if (!body.appropriation_region.empty()) {
    check.Region("appropriation_region", body.appropriation_region);
  }
  CheckClaims(body, &check);
  check.Region("region", body.region);
  if (check.Months(body.months)) CheckSpan(body, &check);
  check.Currency("currency", body.currency);
  check.Positive("amount_minor", body.amount);
  check.Code("basis", body.basis);
  return std::move(check).status();
}

absl::Status Check(const EntitlementRevoked& body) {
  Checker check("entitlement_revoked");
  check.Identifier("entitlement", body.entitlement);
  check.Code("reason_code", body.reason_code);
  return std::move(check).status();
}

absl::Status Check(const DisbursementReported& body) {
  Checker check("disbursement_reported");
  check.Identifier("disbursement", body.disbursement);
  check.Identifier("entitlement", body.entitlement);
  check.EndToEndId("end_to_end_id", body.end_to_end_id);
  check.Currency("currency", body.currency);
  check.Positive("amount_minor", body.amount);
  if (!IsDate(body.value_date)) {
    check.Fail("value_date",
               Quoted(body.value_date) + " is no date YYYY-MM-DD");
  }
  check.Code("channel", body.channel);
  const bool failed = body.state == DisbursementState::kRejected ||
                      body.state == DisbursementState::kReturned;
  if (failed) {
    check.Code("reason_code", body.reason_code);
    if (!body.bank_reason_code.empty()) {
      check.Code("bank_reason_code", body.bank_reason_code);
    }
  } else {
    check.Require(body.reason_code.empty(), "reason_code",
                  "is set though nothing failed");
    check.Require(body.bank_reason_code.empty(), "bank_reason_code",
                  "is set though nothing failed");
  }
  if (!body.predecessor.empty()) {
    check.AuthorityName("predecessor", body.predecessor);
  }
  return std::move(check).status();
}

}  // namespace

absl::Status Validate(const Statement& statement) {
  Checker check("");
  check.Identifier("reference", statement.reference);
  AMANAH_RETURN_IF_ERROR(std::move(check).status());
  return std::visit([](const auto& body) { return Check(body); },
                    statement.body);
}

}  // namespace amanah::domain

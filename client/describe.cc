#include "client/describe.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "absl/strings/str_format.h"
#include "amanah/v1/statement.pb.h"
#include "client/output.h"
#include "ledger/base/base64.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/verifier_key.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += ", ";
    text += part;
  }
  return text;
}

std::string Months(const domain::Period& months) {
  std::string first = domain::FormatMonth(months.first);
  if (months.first == months.last) return first;
  return absl::StrFormat("%s to %s", first, domain::FormatMonth(months.last));
}

// Enough to tell two pseudonyms apart on a screen.
std::string Short(const crypto::Pseudonym& pseudonym) {
  return EncodeHex(pseudonym.view().subspan(1, 6)) + "...";
}

std::string KeyText(std::string_view name, const crypto::PublicKey& key) {
  return log::FormatVerifierKey(log::MakeVerifierKey(name, key));
}

std::string In(std::string_view region) {
  if (region.empty()) return "for all regions";
  return absl::StrFormat("in %s", region);
}

// A sentence without its subject: the author.
struct Sentence {
  std::string operator()(const domain::LedgerOpened& body) const {
    std::vector<std::string> names;
    for (const auto& one : body.administrators) names.push_back(one.name);
    return absl::StrFormat(
        "opens the ledger %s under rules version %d; administrators are %s, "
        "any %d of whom speak together",
        body.origin, body.rules_version, Joined(names), body.threshold);
  }
  std::string operator()(const domain::AuthorityEnrolled& body) const {
    return absl::StrFormat(
        "enrols %s (institution %s) as %s for %s %s, with the key %s, for at "
        "most %s entries a day",
        body.name, body.institution, RoleName(body.role),
        body.programs.empty()
            ? "all programs"
            : absl::StrFormat("the programs %s", Joined(body.programs)),
        In(Joined(body.regions)), KeyText(body.name, body.key.key),
        FormatCount(body.daily_quota));
  }
  std::string operator()(const domain::KeyRotated& body) const {
    return absl::StrFormat("gives %s the new signing key %s", body.name,
                           KeyText(body.name, body.key.key));
  }
  std::string operator()(const domain::AuthoritySuspended& body) const {
    return absl::StrFormat("suspends %s (reason %s)", body.name,
                           body.reason_code);
  }
  std::string operator()(const domain::AuthorityReinstated& body) const {
    return absl::StrFormat("lets the suspended %s speak again (reason %s)",
                           body.name, body.reason_code);
  }
  std::string operator()(const domain::AuthoritySucceeded& body) const {
    return absl::StrFormat(
        "lets %s take over the open entitlements and payments of %s",
        body.successor, body.name);
  }
  std::string operator()(const domain::PinsChanged& body) const {
    return absl::StrFormat(
        "replaces the author's TLS pins; from now on it calls with %d "
        "certificates",
        body.pins.size());
  }
  std::string operator()(const domain::LedgerKeyRotated& body) const {
    return absl::StrFormat("gives the ledger the new %s key %s",
                           body.kind == domain::LedgerKeyKind::kCheckpoint
                               ? "checkpoint"
                               : "statement",
                           KeyText(body.key_name, body.key.key));
  }
  std::string operator()(const domain::RulesAdopted& body) const {
    return absl::StrFormat("adopts rules version %d from the next batch on",
                           body.version);
  }
  std::string operator()(const domain::ProgramDefined& body) const {
    std::string text = absl::StrFormat(
        "defines the program %s, version %d: benefit %s for %s, %s, in %s%s; "
        "recipients by %s, regions by %s",
        body.program, body.version, body.benefit,
        body.unit == domain::Unit::kPerson ? "persons" : "households",
        Months(body.months), body.currency,
        body.whole_units ? " (whole units)" : "", body.recipient_scheme,
        body.region_scheme);
    if (body.ceiling.has_value()) {
      text += absl::StrFormat("; at most %s a month",
                              FormatMoney(*body.ceiling, body.currency));
    }
    if (!body.excludes.empty()) {
      text +=
          absl::StrFormat("; excludes recipients of %s", Joined(body.excludes));
    }
    return text;
  }
  std::string operator()(const domain::FundsAppropriated& body) const {
    const bool takes_back = body.amount.minor < 0;
    return absl::StrFormat(
        "%s %s %s the program %s, fiscal year %d, %s (legal basis %s)",
        takes_back ? "takes back" : "appropriates",
        FormatMoney(body.amount, body.currency), takes_back ? "from" : "to",
        body.program, body.fiscal_year, In(body.region), body.legal_basis);
  }
  std::string operator()(const domain::EntitlementGranted& body) const {
    std::string text = absl::StrFormat(
        "grants %s of the program %s to recipient %s %s: %s for %s, from the "
        "funds of %d %s (basis %s)",
        body.entitlement, body.program, Short(body.recipient), In(body.region),
        FormatMoney(body.amount, body.currency), Months(body.months),
        body.fiscal_year, In(body.appropriation_region), body.basis);
    if (body.household.has_value()) {
      text += absl::StrFormat("; household %s with %d further members",
                              Short(*body.household), body.members.size());
    }
    return text;
  }
  std::string operator()(const domain::EntitlementRevoked& body) const {
    return absl::StrFormat("revokes the entitlement %s (reason %s)",
                           body.entitlement, body.reason_code);
  }
  std::string operator()(const domain::DisbursementReported& body) const {
    std::string text = absl::StrFormat(
        "reports the payment %s of entitlement %s as %s: %s on %s through %s, "
        "end-to-end id %s",
        body.disbursement, body.entitlement, DisbursementStateName(body.state),
        FormatMoney(body.amount, body.currency), body.value_date, body.channel,
        body.end_to_end_id);
    if (!body.reason_code.empty()) {
      text += absl::StrFormat(", reason %s", body.reason_code);
    }
    if (!body.predecessor.empty()) {
      text += absl::StrFormat(", first reported by %s", body.predecessor);
    }
    return text;
  }
};

// "a.b.0: value" for everything in a document.
void Flatten(const std::string& path, const ordered_json& value,
             std::vector<std::string>* lines) {
  if (!value.is_structured()) {
    lines->push_back(absl::StrFormat(
        "  %s: %s", path,
        value.is_string() ? value.get<std::string>() : value.dump()));
    return;
  }
  for (const auto& [key, inner] : value.items()) {
    std::string below = path;
    if (!below.empty()) below += '.';
    below += key;
    Flatten(below, inner, lines);
  }
}

// What to do about a batch that was not taken; empty: the message says it.
std::string_view AdviceFor(v1::BatchProblem problem) {
  switch (problem) {
    case v1::BATCH_PROBLEM_GENESIS:
      return "the profile's genesis is that of another ledger";
    case v1::BATCH_PROBLEM_KEY_UNKNOWN:
    case v1::BATCH_PROBLEM_KEY_RETIRED:
      return "the profile's signing_key is not the one that is enrolled";
    case v1::BATCH_PROBLEM_EXPIRED:
      return "make and sign the batch anew";
    case v1::BATCH_PROBLEM_THRESHOLD:
      return "more administrators must `amanah sign` it";
    case v1::BATCH_PROBLEM_PARTLY_RECORDED:
      return "seal the statements that are not recorded in a batch of their "
             "own";
    case v1::BATCH_PROBLEM_QUOTA:
      return "go on tomorrow (UTC), or ask the administrators for a higher "
             "quota";
    case v1::BATCH_PROBLEM_BUSY:
    case v1::BATCH_PROBLEM_HALTED:
      return "try again later";
    case v1::BATCH_PROBLEM_CALLER:
      return "the profile's certificate and authority must belong together";
    default:
      return "";
  }
}

}  // namespace

std::string Describe(const domain::Statement& statement) {
  return std::visit(Sentence(), statement.body);
}

std::vector<std::string> DescribeInFull(const domain::Statement& statement) {
  std::vector<std::string> lines{Describe(statement)};
  Flatten("", StatementJson(statement), &lines);
  return lines;
}

// The protocol's own JSON form, so that no field can be forgotten here.
ordered_json StatementJson(const domain::Statement& statement) {
  v1::Statement message;
  message.ParseFromString(codec::EncodeStatement(statement));
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return nullptr;
  return ordered_json::parse(text, nullptr, false);
}

std::string_view ExplainRefusal(domain::Refusal refusal) {
  using domain::Refusal;
  switch (refusal) {
    case Refusal::kRoleNotAllowed:
      return "the author's role may not say this";
    case Refusal::kOutOfScope:
      return "the program or region lies outside the author's scope";
    case Refusal::kReferenceReused:
      return "the reference was used for another statement";
    case Refusal::kAuthorityUnknown:
      return "there is no authority of that name";
    case Refusal::kNameUsed:
      return "the name was used before";
    case Refusal::kKeyUsed:
      return "the key was used before";
    case Refusal::kPinUsed:
      return "the certificate belongs to another authority";
    case Refusal::kAuthorityState:
      return "the authority is suspended already, not suspended, or succeeded "
             "already";
    case Refusal::kBelowThreshold:
      return "fewer administrators than the threshold would be left";
    case Refusal::kSuccessorUnfit:
      return "the successor is the authority itself or has another role";
    case Refusal::kRulesVersionNotNext:
      return "it is not one more than the rules version in force";
    case Refusal::kProgramUnknown:
      return "there is no program of that code";
    case Refusal::kProgramVersionNotNext:
      return "it is not one more than the program's version";
    case Refusal::kProgramReinterpreted:
      return "the change would reinterpret the past";
    case Refusal::kBenefitUnit:
      return "the benefit code has another unit";
    case Refusal::kMonthsOutsideProgram:
      return "the months lie outside the program's";
    case Refusal::kCurrencyMismatch:
      return "the program has another currency";
    case Refusal::kNotWholeUnits:
      return "the program pays whole units only";
    case Refusal::kRegionForm:
      return "the region is no code of the program's scheme";
    case Refusal::kRegionOutsideAppropriation:
      return "the region does not lie in the appropriation's";
    case Refusal::kHouseholdMissing:
      return "the program is for households and the grant names none";
    case Refusal::kFundsInsufficient:
      return "the appropriation does not exist or has not enough left";
    case Refusal::kFundsOverflow:
      return "the total would leave the range of amounts";
    case Refusal::kEntitlementUsed:
      return "the entitlement's name is used";
    case Refusal::kOverlap:
      return "somebody of the grant has the same benefit for one of the "
             "months";
    case Refusal::kExcludedProgram:
      return "somebody of the grant has an excluded program for one of the "
             "months";
    case Refusal::kAboveCeiling:
      return "it is more for a month than the program's ceiling";
    case Refusal::kEntitlementUnknown:
      return "there is no entitlement of that name";
    case Refusal::kEntitlementRevoked:
      return "the entitlement is revoked";
    case Refusal::kExceedsRemaining:
      return "it is more than is left of the entitlement";
    case Refusal::kBankNotInScope:
      return "the entitlement lies outside the bank's scope";
    case Refusal::kEndToEndIdUsed:
      return "the end-to-end id belongs to another payment";
    case Refusal::kNotSuccessor:
      return "the author did not take over the named predecessor's business";
    case Refusal::kDisbursementDiffers:
      return "the payment was first reported with another entitlement, "
             "end-to-end id, currency or amount";
    case Refusal::kIllegalTransition:
      return "the payment may not go to that state from where it stands";
  }
  return "unknown reason";
}

std::string DescribeOutcome(const domain::Outcome& outcome) {
  if (outcome.accepted()) return "accepted";
  const auto name = domain::RefusalName(static_cast<int>(*outcome.refusal));
  std::string text =
      absl::StrFormat("refused: %s", ExplainRefusal(*outcome.refusal));
  if (outcome.conflict.has_value()) {
    text += absl::StrFormat("; see entry %d", *outcome.conflict);
  }
  return text + absl::StrFormat(" (%s)", name.value_or("?"));
}

ordered_json OutcomeJson(const domain::Outcome& outcome) {
  ordered_json json;
  json["verdict"] = outcome.accepted() ? "accepted" : "refused";
  if (outcome.refusal.has_value()) {
    json["refusal"] = std::string(
        domain::RefusalName(static_cast<int>(*outcome.refusal)).value_or("?"));
    json["reason"] = std::string(ExplainRefusal(*outcome.refusal));
  }
  if (outcome.conflict.has_value()) json["conflict"] = *outcome.conflict;
  return json;
}

absl::StatusOr<domain::Outcome> OutcomeOf(const v1::Outcome& outcome) {
  domain::Outcome result;
  const bool refused = outcome.verdict() == v1::VERDICT_REFUSED;
  if (!refused && outcome.verdict() != v1::VERDICT_ACCEPTED) {
    return absl::InvalidArgumentError(
        absl::StrFormat("an outcome has the verdict %d", outcome.verdict()));
  }
  if (refused != domain::RefusalName(outcome.refusal()).has_value() ||
      (!refused && (outcome.refusal() != v1::REFUSAL_UNSPECIFIED ||
                    outcome.has_conflict()))) {
    return absl::InvalidArgumentError(
        absl::StrFormat("an outcome of verdict %d has the refusal %d",
                        outcome.verdict(), outcome.refusal()));
  }
  if (refused) result.refusal = static_cast<domain::Refusal>(outcome.refusal());
  if (outcome.has_conflict()) result.conflict = outcome.conflict();
  return result;
}

std::string DescribeBatchError(const v1::BatchError& error) {
  std::string text =
      absl::StrFormat("the batch was not taken: %s", error.message());
  if (error.has_statement_index()) {
    text += absl::StrFormat("; statement %d of the batch",
                            error.statement_index() + 1);
  }
  for (const v1::RecordedStatement& one : error.recorded()) {
    text += absl::StrFormat("\n  statement %d is entry %d",
                            one.statement_index() + 1, one.sequence());
  }
  const std::string_view advice = AdviceFor(error.problem());
  if (!advice.empty()) text += absl::StrFormat("\n  %s", advice);
  return text;
}

}  // namespace amanah::client

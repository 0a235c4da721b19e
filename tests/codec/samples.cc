#include "tests/codec/samples.h"

#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/base/base64.h"
#include "ledger/base/check.h"

namespace amanah::testing_support {
namespace {

using codec::Entry;
using codec::Seal;
using codec::SealSignature;
using domain::Amount;
using domain::Month;
using domain::Refusal;
using domain::Statement;

constexpr std::string_view kOrigin = "ledger.kota.example/bansos";

Statement Say(domain::Body body) {
  return {.reference = "2026/ref_0001.a-b",
          .salt = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
                   0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf},
          .body = std::move(body)};
}

Month MonthOf(int year, int month) { return {12 * year + month - 1}; }

crypto::Signature SignatureOf(uint8_t byte) {
  crypto::Signature signature;
  signature.bytes.fill(byte);
  return signature;
}

domain::Administrator AdministratorOf(std::string name, size_t key,
                                      uint8_t possession,
                                      std::vector<domain::Pin> pins) {
  return {.name = std::move(name),
          .institution = "ID.DINSOS/01",
          .key = KeyOf(key, possession),
          .pins = std::move(pins)};
}

void AddOpened(std::map<std::string, Statement>* all) {
  domain::LedgerOpened smallest{
      .origin = std::string(kOrigin),
      .rules_version = 1,
      .nonce = {},
      .threshold = 1,
      .administrators = {AdministratorOf("admin-a", 0, 0x31, {HashOf(0x41)})},
      .checkpoint_key = KeyOf(3, 0x34),
      .statement_key = KeyOf(4, 0x35),
      .witness_policy = "",
      .predecessor = std::nullopt};
  domain::LedgerOpened continued = smallest;
  for (uint8_t i = 0; i < 32; ++i) continued.nonce[i] = i;
  continued.threshold = 2;
  continued.administrators = {
      AdministratorOf("admin-a", 0, 0x31, {HashOf(0x41), HashOf(0x42)}),
      AdministratorOf("admin-b", 1, 0x32, {HashOf(0x43)}),
      AdministratorOf("admin-c", 2, 0x33, {HashOf(0x40)})};
  continued.witness_policy = "# none \xe2\x80\x93 yet\nquorum none\n";
  continued.predecessor = domain::Predecessor{
      .origin = "old.kota.example/bansos",
      .checkpoint =
          "old.kota.example/bansos\n5\n"
          "DAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw=\n\n"
          "\xe2\x80\x94 old.kota.example/bansos "
          "AQIDBA0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0N"
          "DQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0=\n"};
  all->emplace("ledger_opened.smallest", Say(smallest));
  all->emplace("ledger_opened.continued", Say(continued));
}

void AddAuthorities(std::map<std::string, Statement>* all) {
  all->emplace(
      "authority_enrolled.scoped",
      Say(domain::AuthorityEnrolled{.name = "bank-a",
                                    .institution = "ID.BANK-A",
                                    .role = domain::Role::kBank,
                                    .programs = {"PKH", "SEMBAKO"},
                                    .regions = {"35.76", "35.78.01"},
                                    .key = KeyOf(0, 0x31),
                                    .pins = {HashOf(0x41), HashOf(0x42)},
                                    .daily_quota = 5'000'000}));
  all->emplace("authority_enrolled.unscoped",
               Say(domain::AuthorityEnrolled{.name = "bpk",
                                             .institution = "BPK",
                                             .role = domain::Role::kAuditor,
                                             .programs = {},
                                             .regions = {},
                                             .key = KeyOf(0, 0x31),
                                             .pins = {HashOf(0x41)},
                                             .daily_quota = 1}));
  all->emplace("key_rotated", Say(domain::KeyRotated{.name = "bank-a",
                                                     .key = KeyOf(1, 0x31)}));
  all->emplace("authority_suspended",
               Say(domain::AuthoritySuspended{.name = "bank-a",
                                              .reason_code = "KEY-LOST"}));
  all->emplace("authority_reinstated",
               Say(domain::AuthorityReinstated{.name = "bank-a",
                                               .reason_code = "KEY-FOUND"}));
  all->emplace(
      "authority_succeeded",
      Say(domain::AuthoritySucceeded{.name = "bank-a", .successor = "bank-b"}));
  all->emplace("pins_changed",
               Say(domain::PinsChanged{
                   .pins = {HashOf(0x41), HashOf(0x42), HashOf(0xff)}}));
  all->emplace(
      "ledger_key_rotated",
      Say(domain::LedgerKeyRotated{.kind = domain::LedgerKeyKind::kStatement,
                                   .key_name = std::string(kOrigin),
                                   .key = KeyOf(2, 0x31)}));
  all->emplace("rules_adopted", Say(domain::RulesAdopted{.version = 300}));
}

void AddPrograms(std::map<std::string, Statement>* all) {
  all->emplace("program_defined.full",
               Say(domain::ProgramDefined{
                   .program = "SEMBAKO",
                   .version = 2,
                   .months = {MonthOf(2026, 1), MonthOf(2027, 12)},
                   .currency = "IDR",
                   .whole_units = true,
                   .unit = domain::Unit::kHousehold,
                   .benefit = "SEMBAKO",
                   .recipient_scheme = "id.nik",
                   .region_scheme = "id.kemendagri",
                   .excludes = {"BLT-DD", "PKH"},
                   .ceiling = Amount{20'000'000}}));
  all->emplace("program_defined.smallest",
               Say(domain::ProgramDefined{
                   .program = "P",
                   .version = 1,
                   .months = {MonthOf(1900, 1), MonthOf(9999, 12)},
                   .currency = "KWD",
                   .whole_units = false,
                   .unit = domain::Unit::kPerson,
                   .benefit = "B",
                   .recipient_scheme = "br.nis",
                   .region_scheme = "br.ibge",
                   .excludes = {},
                   .ceiling = std::nullopt}));
  all->emplace("funds_appropriated.taken_back",
               Say(domain::FundsAppropriated{.program = "SEMBAKO",
                                             .fiscal_year = 2026,
                                             .region = "35.76",
                                             .currency = "IDR",
                                             .amount = {-60'000'000},
                                             .legal_basis = "APBD-2026/4"}));
  all->emplace(
      "funds_appropriated.whole_scheme",
      Say(domain::FundsAppropriated{.program = "SEMBAKO",
                                    .fiscal_year = 2026,
                                    .region = "",
                                    .currency = "IDR",
                                    .amount = {9'223'372'036'854'775'807},
                                    .legal_basis = "APBN-2026"}));
}

void AddPayments(std::map<std::string, Statement>* all) {
  all->emplace("entitlement_granted.household",
               Say(domain::EntitlementGranted{
                   .entitlement = "E/2026/0001",
                   .program = "SEMBAKO",
                   .fiscal_year = 2026,
                   .appropriation_region = "35.76",
                   .recipient = PseudonymOf(0x51),
                   .household = PseudonymOf(0x52),
                   .members = {PseudonymOf(0x50), PseudonymOf(0x53)},
                   .region = "35.76.02.1003",
                   .months = {MonthOf(2026, 1), MonthOf(2026, 3)},
                   .currency = "IDR",
                   .amount = {60'000'000},
                   .basis = "SK-2026/17",
                   .basis_digest = HashOf(0x61)}));
  all->emplace("entitlement_granted.person",
               Say(domain::EntitlementGranted{
                   .entitlement = "E/2026/0002",
                   .program = "PKH",
                   .fiscal_year = 2026,
                   .appropriation_region = "",
                   .recipient = PseudonymOf(0x51),
                   .household = std::nullopt,
                   .members = {},
                   .region = "35",
                   .months = {MonthOf(2026, 12), MonthOf(2026, 12)},
                   .currency = "IDR",
                   .amount = {1},
                   .basis = "SK",
                   .basis_digest = std::nullopt}));
  all->emplace("entitlement_revoked",
               Say(domain::EntitlementRevoked{.entitlement = "E/2026/0001",
                                              .reason_code = "DECEASED"}));
  domain::DisbursementReported report{
      .disbursement = "D/2026/0001",
      .entitlement = "E/2026/0001",
      .end_to_end_id = "E2E_0001",
      .state = domain::DisbursementState::kInstructed,
      .currency = "IDR",
      .amount = {20'000'000},
      .value_date = "2026-01-15",
      .channel = "KKS",
      .reason_code = "",
      .bank_reason_code = "",
      .predecessor = ""};
  all->emplace("disbursement_reported.instructed", Say(report));
  report.state = domain::DisbursementState::kReturned;
  report.value_date = "2028-02-29";
  report.channel = "POS";
  report.reason_code = "AC04";
  report.bank_reason_code = "CLOSED-7";
  report.predecessor = "bank-0";
  all->emplace("disbursement_reported.returned", Say(report));
}

Seal SealOf(uint32_t index, uint32_t size, uint64_t last_second,
            std::vector<SealSignature> signatures, bool administrators) {
  return {.index = index,
          .size = size,
          .root = HashOf(0x71),
          .last_second = last_second,
          .signatures = std::move(signatures),
          .administrators = administrators};
}

}  // namespace

crypto::Hash HashOf(uint8_t byte) {
  crypto::Hash hash;
  hash.bytes.fill(byte);
  return hash;
}

crypto::Pseudonym PseudonymOf(uint8_t byte) {
  crypto::Pseudonym pseudonym;
  pseudonym.bytes.fill(byte);
  pseudonym.bytes[0] = 0x11;
  return pseudonym;
}

domain::NewKey KeyOf(size_t place, uint8_t possession) {
  // Ed25519 public keys of the seeds 01 01 ..., 02 02 ..., and so on.
  static constexpr std::string_view kKeys[] = {
      "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
      "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
      "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
      "ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c",
      "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1"};
  const std::string bytes = *DecodeHex(kKeys[place]);
  return {.key = *crypto::PublicKeyFromBytes(AsBytes(bytes)),
          .possession = SignatureOf(possession)};
}

std::map<std::string, Statement> SampleStatements() {
  std::map<std::string, Statement> all;
  AddOpened(&all);
  AddAuthorities(&all);
  AddPrograms(&all);
  AddPayments(&all);
  return all;
}

std::map<std::string, Entry> SampleEntries() {
  constexpr int64_t kNewYear = 1'767'225'600'000'000;
  const std::string one_byte(1, '\0');
  std::map<std::string, Entry> all;
  all["entry.first"] = {
      .sequence = 0,
      .previous = {},
      .time_us = kNewYear,
      .statement =
          "\x0a\x01"
          "a",
      .seal =
          SealOf(0, 1, 1'767'225'700,
                 {{0, 0, SignatureOf(0x81)}, {0, 2, SignatureOf(0x82)}}, true),
      .outcome = {}};
  all["entry.accepted"] = {.sequence = 70'000,
                           .previous = HashOf(0x72),
                           .time_us = kNewYear + 1,
                           .statement = std::string(200, '\x73'),
                           .seal = SealOf(4'095, 4'096, 1'767'225'700,
                                          {{17, 0, SignatureOf(0x83)}}, false),
                           .outcome = {}};
  all["entry.refused"] = {
      .sequence = 300,
      .previous = HashOf(0x72),
      .time_us = 9'223'372'036'854'775'807,
      .statement = one_byte,
      .seal = SealOf(1, 2, 9'223'372'036'854'775'807,
                     {{5, 0, SignatureOf(0x84)}}, false),
      .outcome = {.refusal = Refusal::kOverlap, .conflict = 299}};
  all["entry.refused_for_entry_zero"] = {
      .sequence = 1,
      .previous = HashOf(0x72),
      .time_us = 0,
      .statement = one_byte,
      .seal = SealOf(0, 2, 0, {{0, 1, SignatureOf(0x85)}}, true),
      .outcome = {.refusal = Refusal::kReferenceReused, .conflict = 0}};
  all["entry.refused_for_none"] = {
      .sequence = 2,
      .previous = HashOf(0x72),
      .time_us = 1,
      .statement = one_byte,
      .seal = SealOf(
          0, 1, 1,
          {{0, 0, SignatureOf(0x86)},
           {0, 1, SignatureOf(0x87)},
           {9, 0, SignatureOf(0x88)},
           {18'446'744'073'709'551'615U, 4'294'967'295, SignatureOf(0x89)}},
          true),
      .outcome = {.refusal = Refusal::kIllegalTransition,
                  .conflict = std::nullopt}};
  return all;
}

const std::map<std::string, std::string>& Golden() {
  static const auto* const kAll = [] {
    auto* all = new std::map<std::string, std::string>;
    std::ifstream file(AMANAH_GOLDEN_FILE);
    std::string name;
    std::string hex;
    while (file >> name >> hex) {
      const std::optional<std::string> bytes = DecodeHex(hex);
      AMANAH_CHECK(bytes.has_value());
      all->emplace(name, *bytes);
    }
    AMANAH_CHECK(!all->empty());
    return all;
  }();
  return *kAll;
}

const std::string& GoldenBytes(const std::string& name) {
  const auto found = Golden().find(name);
  AMANAH_CHECK(found != Golden().end());
  return found->second;
}

}  // namespace amanah::testing_support

// The rows that make up the book's state, and the keys under which they are.
//
//   table  key                                  row
//   L      0                                    LedgerRow
//   A      name of an authority                 ordinal
//   a      ordinal                              AuthorityRow
//   K      (entry, position) of a key           KeyRow
//   k      public key                           sequence that introduced it
//   P      TLS pin                              PinRow
//   Q      ordinal of an authority              QuotaRow
//   R      author's name, reference             ReferenceRow
//   S      author's name, statement hash        sequence
//   G      code of a program                    ordinal
//   g      ordinal                              ProgramRow
//   B      benefit code                         BenefitRow
//   F      program, fiscal year, region         ordinal of an account
//   f      ordinal                              AccountRow
//   E      name of an entitlement               sequence of its grant
//   e      sequence of the grant                EntitlementRow
//   C      benefit code, pseudonym, year        ClaimRow
//   D      bank's name, disbursement            DisbursementRow
//   X      bank's name, end-to-end id           sequence of the first report
//   N      sequence of a first report           LinkRow
//
// Ordinals count from 1 in order of entry; 0 means none, except that authority
// 0 is the administrators together. No sequence in a row is 0 but entry 0's.
#ifndef AMANAH_LEDGER_DOMAIN_ROWS_H_
#define AMANAH_LEDGER_DOMAIN_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/domain/state.h"
#include "ledger/domain/statement.h"

namespace amanah::domain {

// A key by number, and a key by the hash of names. Names hold no zero byte, so
// a zero byte between them keeps them apart.
StateKey NumberKey(char table, uint64_t number);
StateKey NameKey(char table, std::string_view name);
StateKey NameKey(char table, std::string_view first, std::string_view second);

StateKey LedgerKey();
StateKey IntroducedKeyKey(uint64_t entry, uint32_t position);
StateKey AccountKey(std::string_view program, uint32_t fiscal_year,
                    std::string_view region);
StateKey ClaimKey(std::string_view benefit, const crypto::Pseudonym& claimant,
                  int32_t year);

struct LedgerRow {
  static constexpr char kTable = 'L';
  std::string origin;
  uint32_t rules_version = 0;
  uint32_t threshold = 0;
  uint32_t active_administrators = 0;
  uint64_t authorities = 0;
  uint64_t programs = 0;
  uint64_t accounts = 0;
  crypto::PublicKey checkpoint_key;
  uint64_t checkpoint_key_entry = 0;
  crypto::PublicKey statement_key;
  uint64_t statement_key_entry = 0;
};

struct AuthorityKey {
  crypto::PublicKey key;
  // The entry that introduced it, and its place among that entry's keys.
  uint64_t entry = 0;
  uint32_t position = 0;
};

struct AuthorityRow {
  static constexpr char kTable = 'a';
  std::string name;
  std::string institution;
  Role role = Role::kAuditor;
  bool suspended = false;
  uint64_t enrolled_entry = 0;
  // The last suspension or reinstatement; 0 when there was none.
  uint64_t status_entry = 0;
  // Ordinal of who took over its business; 0 when nobody did.
  uint64_t successor = 0;
  uint64_t succeeded_entry = 0;
  uint32_t daily_quota = 0;
  std::vector<std::string> programs;
  std::vector<std::string> regions;
  std::vector<Pin> pins;
  // All keys that it ever held; the last is the one in force.
  std::vector<AuthorityKey> keys;
};

// Whose key this is, for an entry's seal.
struct KeyRow {
  static constexpr char kTable = 'K';
  uint64_t authority = 0;
  crypto::PublicKey key;
};

struct PinRow {
  static constexpr char kTable = 'P';
  uint64_t authority = 0;
  uint64_t entry = 0;
};

struct QuotaRow {
  static constexpr char kTable = 'Q';
  int64_t day = 0;  // days since 1970, UTC
  uint64_t entries = 0;
};

using StatementDigest = std::array<uint8_t, 20>;

struct ReferenceRow {
  static constexpr char kTable = 'R';
  uint64_t sequence = 0;
  // The first 20 bytes of the statement's leaf hash.
  StatementDigest digest{};
};

struct ProgramRow {
  static constexpr char kTable = 'g';
  std::string program;
  uint32_t version = 0;
  uint64_t last_entry = 0;
  Period months;
  std::string currency;
  bool whole_units = false;
  Unit unit = Unit::kPerson;
  std::string benefit;
  std::string recipient_scheme;
  std::string region_scheme;
  // Ordinals, ascending: what it excludes, and what excludes it.
  std::vector<uint64_t> excludes;
  std::vector<uint64_t> excluded_by;
  Amount ceiling;  // 0: none
};

struct BenefitRow {
  static constexpr char kTable = 'B';
  Unit unit = Unit::kPerson;
  uint64_t entry = 0;
};

struct AccountRow {
  static constexpr char kTable = 'f';
  uint64_t program = 0;
  uint32_t fiscal_year = 0;
  std::string region;
  uint64_t last_entry = 0;
  // Invariant: appropriated is the sum of the others, and none is negative.
  Amount appropriated;
  Amount available;
  Amount committed;
  Amount in_transit;
  Amount credited;
};

struct EntitlementRow {
  static constexpr char kTable = 'e';
  uint64_t program = 0;
  uint64_t account = 0;
  uint64_t owner = 0;
  std::string region;
  Period months;
  Amount amount;
  // In transit or credited. Invariant: 0 <= live <= amount.
  Amount live;
  // Sequence of the revocation; 0 when it is not revoked.
  uint64_t revoked_entry = 0;
  // First reports of its earliest and latest live payment; 0 when none.
  uint64_t first_live = 0;
  uint64_t last_live = 0;

  // Its claims hold no longer.
  bool ended() const { return revoked_entry != 0 && live.minor == 0; }
};

struct ClaimRow {
  static constexpr char kTable = 'C';
  struct Range {
    Period months;
    uint64_t grant = 0;
  };
  // In ascending order of grant.
  std::vector<Range> ranges;
};

struct DisbursementRow {
  static constexpr char kTable = 'D';
  uint64_t first_entry = 0;
  uint64_t last_entry = 0;
  DisbursementState state = DisbursementState::kInstructed;
  uint64_t grant = 0;
  Amount amount;
};

// Neighbours of a live payment among its entitlement's; absent when it is the
// only one.
struct LinkRow {
  static constexpr char kTable = 'N';
  uint64_t previous = 0;
  uint64_t next = 0;
};

std::string EncodeRow(const LedgerRow& row);
std::string EncodeRow(const AuthorityRow& row);
std::string EncodeRow(const KeyRow& row);
std::string EncodeRow(const PinRow& row);
std::string EncodeRow(const QuotaRow& row);
std::string EncodeRow(const ReferenceRow& row);
std::string EncodeRow(const ProgramRow& row);
std::string EncodeRow(const BenefitRow& row);
std::string EncodeRow(const AccountRow& row);
std::string EncodeRow(const EntitlementRow& row);
std::string EncodeRow(const ClaimRow& row);
std::string EncodeRow(const DisbursementRow& row);
std::string EncodeRow(const LinkRow& row);
std::string EncodeNumber(uint64_t number);

// False when `bytes` is no such row.
bool DecodeRow(std::string_view bytes, LedgerRow* row);
bool DecodeRow(std::string_view bytes, AuthorityRow* row);
bool DecodeRow(std::string_view bytes, KeyRow* row);
bool DecodeRow(std::string_view bytes, PinRow* row);
bool DecodeRow(std::string_view bytes, QuotaRow* row);
bool DecodeRow(std::string_view bytes, ReferenceRow* row);
bool DecodeRow(std::string_view bytes, ProgramRow* row);
bool DecodeRow(std::string_view bytes, BenefitRow* row);
bool DecodeRow(std::string_view bytes, AccountRow* row);
bool DecodeRow(std::string_view bytes, EntitlementRow* row);
bool DecodeRow(std::string_view bytes, ClaimRow* row);
bool DecodeRow(std::string_view bytes, DisbursementRow* row);
bool DecodeRow(std::string_view bytes, LinkRow* row);
bool DecodeNumber(std::string_view bytes, uint64_t* number);

// The row under `key`, nullopt when there is none. A row that does not decode
// makes the overlay's status DATA_LOSS.
template <typename Row>
std::optional<Row> LoadRow(Overlay* state, const StateKey& key) {
  const std::string_view bytes = state->Get(key);
  if (bytes.empty()) return std::nullopt;
  Row row;
  if (!DecodeRow(bytes, &row)) {
    state->FailRow(key);
    return std::nullopt;
  }
  return row;
}
template <typename Row>
std::optional<Row> LoadRow(Overlay* state, uint64_t number) {
  return LoadRow<Row>(state, NumberKey(Row::kTable, number));
}
std::optional<uint64_t> LoadNumber(Overlay* state, const StateKey& key);

template <typename Row>
void StoreRow(Overlay* state, uint64_t number, const Row& row) {
  state->Put(NumberKey(Row::kTable, number), EncodeRow(row));
}

}  // namespace amanah::domain

#endif  // AMANAH_LEDGER_DOMAIN_ROWS_H_

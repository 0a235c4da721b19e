#include "ledger/domain/book.h"

#include <algorithm>
#include <utility>

#include "ledger/base/check.h"
#include "ledger/domain/v1/rules.h"

namespace amanah::domain {
namespace {

constexpr int64_t kMicrosecondsPerDay = int64_t{86'400} * 1'000'000;

// Which of an entry's names are looked up, by kind.
struct NameKeys {
  std::string_view author;
  Prepared* prepared;

  void operator()(const EntitlementGranted& grant) const {
    prepared->entitlement_key = NameKey('E', grant.entitlement);
  }
  void operator()(const EntitlementRevoked& revoked) const {
    prepared->entitlement_key = NameKey('E', revoked.entitlement);
  }
  void operator()(const DisbursementReported& report) const {
    const std::string_view bank =
        report.predecessor.empty() ? author : report.predecessor;
    prepared->entitlement_key = NameKey('E', report.entitlement);
    prepared->disbursement_key =
        NameKey(DisbursementRow::kTable, bank, report.disbursement);
    prepared->end_to_end_key = NameKey('X', bank, report.end_to_end_id);
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

bool IsSet(const StateKey& key) { return key.bytes[0] != 0; }

StatementDigest DigestOf(const crypto::Hash& hash) {
  StatementDigest digest;
  std::copy_n(hash.bytes.begin(), digest.size(), digest.begin());
  return digest;
}

uint32_t DailyQuota(const Author& author) {
  if (author.administrators()) return kAdministratorsDailyQuota;
  if (author.authority.role == Role::kAdministrator) {
    return kAdministratorDailyQuota;
  }
  return author.authority.daily_quota;
}

// The entries that an author has added on the day of `time_us`.
QuotaRow QuotaOn(Overlay* state, const Author& author, int64_t time_us) {
  const int64_t day = time_us / kMicrosecondsPerDay;
  std::optional<QuotaRow> row = LoadRow<QuotaRow>(state, author.ordinal);
  if (!row.has_value() || row->day != day) return QuotaRow{day, 0};
  return *row;
}

// Records that these bytes are at `sequence`. Only the first statement under a
// reference takes it; a later one, refused for that or for an earlier rule, is
// found by its hash.
void RecordReference(Overlay* state, const Prepared& prepared,
                     uint64_t sequence) {
  if (state->Get(prepared.reference_key).empty()) {
    state->Put(prepared.reference_key,
               EncodeRow(ReferenceRow{sequence, DigestOf(prepared.hash)}));
  } else {
    state->Put(prepared.repeat_key, EncodeNumber(sequence));
  }
}

}  // namespace

Prepared Prepare(std::string_view author, Statement statement,
                 const crypto::Hash& hash) {
  Prepared prepared;
  prepared.statement = std::move(statement);
  prepared.hash = hash;
  prepared.reference_key =
      NameKey(ReferenceRow::kTable, author, prepared.statement.reference);
  prepared.repeat_key = NameKey('S', author, AsText(prepared.hash.view()));
  std::visit(NameKeys{author, &prepared}, prepared.statement.body);
  return prepared;
}

void AppendKeys(const Prepared& prepared, std::vector<StateKey>* keys) {
  keys->push_back(prepared.reference_key);
  if (IsSet(prepared.entitlement_key))
    keys->push_back(prepared.entitlement_key);
  if (IsSet(prepared.disbursement_key)) {
    keys->push_back(prepared.disbursement_key);
    keys->push_back(prepared.end_to_end_key);
  }
}

void AppendDependentKeys(const Prepared& prepared, Overlay* state,
                         std::vector<StateKey>* keys) {
  if (!IsSet(prepared.entitlement_key)) return;
  const std::optional<uint64_t> grant =
      LoadNumber(state, prepared.entitlement_key);
  if (grant.has_value()) {
    keys->push_back(NumberKey(EntitlementRow::kTable, *grant));
  }
}

std::optional<LedgerRow> FindLedger(Overlay* state) {
  return LoadRow<LedgerRow>(state, LedgerKey());
}

std::optional<Author> AuthorOf(Overlay* state, uint64_t ordinal) {
  std::optional<AuthorityRow> row = LoadRow<AuthorityRow>(state, ordinal);
  if (!row.has_value()) return std::nullopt;
  return Author{ordinal, *std::move(row)};
}

std::optional<Author> FindAuthor(Overlay* state, std::string_view name) {
  if (name == kAdministrators) {
    Author author;
    author.authority.name = std::string(kAdministrators);
    author.authority.role = Role::kAdministrator;
    return author;
  }
  const std::optional<uint64_t> ordinal = LoadNumber(state, NameKey('A', name));
  if (!ordinal.has_value()) return std::nullopt;
  return AuthorOf(state, *ordinal);
}

std::optional<uint64_t> FindRepeat(Overlay* state, const Prepared& prepared) {
  const auto row = LoadRow<ReferenceRow>(state, prepared.reference_key);
  if (!row.has_value()) return std::nullopt;
  if (row->digest == DigestOf(prepared.hash)) return row->sequence;
  return LoadNumber(state, prepared.repeat_key);
}

uint64_t QuotaLeft(Overlay* state, const Author& author, int64_t time_us) {
  const uint64_t quota = DailyQuota(author);
  const uint64_t used = QuotaOn(state, author, time_us).entries;
  return used >= quota ? 0 : quota - used;
}

void ChargeQuota(Overlay* state, const Author& author, int64_t time_us,
                 uint64_t entries) {
  QuotaRow row = QuotaOn(state, author, time_us);
  row.entries += entries;
  StoreRow(state, author.ordinal, row);
}

void Open(Overlay* state, const LedgerOpened& opened,
          const Prepared& prepared) {
  AMANAH_CHECK(state->Get(LedgerKey()).empty());
  v1::ApplyLedgerOpened(state, opened);
  RecordReference(state, prepared, 0);
}

Outcome Check(Overlay* state, uint32_t version, const Author& author,
              const Prepared& prepared) {
  AMANAH_CHECK(version == 1);
  return v1::Check(state, author, prepared);
}

void Apply(Overlay* state, uint32_t version, const Author& author,
           const Prepared& prepared, const Outcome& outcome,
           uint64_t sequence) {
  AMANAH_CHECK(version == 1);
  AMANAH_CHECK(sequence > 0);
  if (outcome.accepted()) v1::Apply(state, author, prepared, sequence);
  RecordReference(state, prepared, sequence);
}

}  // namespace amanah::domain

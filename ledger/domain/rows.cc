#include "ledger/domain/rows.h"

#include <initializer_list>
#include <limits>

#include "absl/strings/str_format.h"
#include "ledger/domain/row_codec.h"

namespace amanah::domain {
namespace {

void WritePeriod(RowWriter* out, const Period& period) {
  out->Number(static_cast<uint64_t>(period.first.index));
  out->Number(static_cast<uint64_t>(period.months()));
}

uint32_t Read32(RowReader* in) {
  return static_cast<uint32_t>(
      in->NumberUpTo(std::numeric_limits<uint32_t>::max()));
}

Period ReadPeriod(RowReader* in) {
  constexpr uint64_t kLast = std::numeric_limits<int32_t>::max();
  const uint64_t first = in->NumberUpTo(kLast);
  // So that Period::months() is in range too.
  const uint64_t months = in->NumberUpTo(kLast - first);
  if (months == 0) {
    in->Fail();
    return {};
  }
  return {Month{static_cast<int32_t>(first)},
          Month{static_cast<int32_t>(first + months - 1)}};
}

template <typename Enum>
Enum ReadOneOf(RowReader* in, std::initializer_list<Enum> known) {
  const uint64_t number = in->Number();
  for (const Enum value : known) {
    if (static_cast<uint64_t>(value) == number) return value;
  }
  in->Fail();
  return *known.begin();
}

Unit ReadUnit(RowReader* in) {
  return ReadOneOf(in, {Unit::kPerson, Unit::kHousehold});
}

void WriteTexts(RowWriter* out, const std::vector<std::string>& texts) {
  out->Number(texts.size());
  for (const std::string& text : texts) out->Text(text);
}

std::vector<std::string> ReadTexts(RowReader* in) {
  std::vector<std::string> texts(in->Count());
  for (std::string& text : texts) text = in->Text();
  return texts;
}

void WriteNumbers(RowWriter* out, const std::vector<uint64_t>& numbers) {
  out->Number(numbers.size());
  for (const uint64_t number : numbers) out->Number(number);
}

std::vector<uint64_t> ReadNumbers(RowReader* in) {
  std::vector<uint64_t> numbers(in->Count());
  for (uint64_t& number : numbers) number = in->Number();
  return numbers;
}

Amount ReadAmount(RowReader* in) { return Amount{in->Signed()}; }

StateKey HashKey(char table, const crypto::Hash& hash) {
  StateKey key;
  key.bytes[0] = static_cast<uint8_t>(table);
  std::memcpy(key.bytes.data() + 1, hash.bytes.data(), StateKey::kLength - 1);
  return key;
}

constexpr uint8_t kBetween[1] = {0};

}  // namespace

StateKey NumberKey(char table, uint64_t number) {
  StateKey key;
  key.bytes[0] = static_cast<uint8_t>(table);
  for (size_t i = 0; i < 8; ++i) {
    key.bytes[1 + i] = static_cast<uint8_t>(number >> (56 - 8 * i));
  }
  return key;
}

StateKey NameKey(char table, std::string_view name) {
  return HashKey(table, crypto::Sha256(AsBytes(name)));
}

StateKey NameKey(char table, std::string_view first, std::string_view second) {
  return HashKey(table,
                 crypto::Sha256({AsBytes(first), kBetween, AsBytes(second)}));
}

StateKey LedgerKey() { return NumberKey(LedgerRow::kTable, 0); }

StateKey IntroducedKeyKey(uint64_t entry, uint32_t position) {
  StateKey key = NumberKey(KeyRow::kTable, entry);
  for (size_t i = 0; i < 4; ++i) {
    key.bytes[9 + i] = static_cast<uint8_t>(position >> (24 - 8 * i));
  }
  return key;
}

StateKey AccountKey(std::string_view program, uint32_t fiscal_year,
                    std::string_view region) {
  const std::string year_and_region =
      absl::StrFormat("%d/%s", fiscal_year, region);
  return NameKey('F', program, year_and_region);
}

StateKey ClaimKey(std::string_view benefit, const crypto::Pseudonym& claimant,
                  int32_t year) {
  std::string years;
  AppendBigEndian(&years, static_cast<uint32_t>(year));
  return HashKey(ClaimRow::kTable,
                 crypto::Sha256({AsBytes(benefit), kBetween, claimant.view(),
                                 AsBytes(years)}));
}

std::string EncodeNumber(uint64_t number) {
  RowWriter out;
  out.Number(number);
  return out.Take();
}

bool DecodeNumber(std::string_view bytes, uint64_t* number) {
  RowReader in(bytes);
  *number = in.Number();
  return in.Finished();
}

std::optional<uint64_t> LoadNumber(Overlay* state, const StateKey& key) {
  const std::string_view bytes = state->Get(key);
  if (bytes.empty()) return std::nullopt;
  uint64_t number = 0;
  if (!DecodeNumber(bytes, &number)) {
    state->FailRow(key);
    return std::nullopt;
  }
  return number;
}

std::string EncodeRow(const LedgerRow& row) {
  RowWriter out;
  out.Text(row.origin);
  out.Number(row.rules_version);
  out.Number(row.threshold);
  out.Number(row.active_administrators);
  out.Number(row.authorities);
  out.Number(row.programs);
  out.Number(row.accounts);
  out.Raw(row.checkpoint_key.view());
  out.Number(row.checkpoint_key_entry);
  out.Raw(row.statement_key.view());
  out.Number(row.statement_key_entry);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, LedgerRow* row) {
  RowReader in(bytes);
  row->origin = in.Text();
  row->rules_version = Read32(&in);
  row->threshold = Read32(&in);
  row->active_administrators = Read32(&in);
  row->authorities = in.Number();
  row->programs = in.Number();
  row->accounts = in.Number();
  in.Raw(&row->checkpoint_key.bytes);
  row->checkpoint_key_entry = in.Number();
  in.Raw(&row->statement_key.bytes);
  row->statement_key_entry = in.Number();
  return in.Finished();
}

std::string EncodeRow(const AuthorityRow& row) {
  RowWriter out;
  out.Text(row.name);
  out.Text(row.institution);
  out.Number(static_cast<uint64_t>(row.role));
  out.Number(row.suspended ? 1 : 0);
  out.Number(row.enrolled_entry);
  out.Number(row.status_entry);
  out.Number(row.successor);
  out.Number(row.succeeded_entry);
  out.Number(row.daily_quota);
  WriteTexts(&out, row.programs);
  WriteTexts(&out, row.regions);
  out.Number(row.pins.size());
  for (const Pin& pin : row.pins) out.Raw(pin.view());
  out.Number(row.keys.size());
  for (const AuthorityKey& key : row.keys) {
    out.Raw(key.key.view());
    out.Number(key.entry);
    out.Number(key.position);
  }
  return out.Take();
}

bool DecodeRow(std::string_view bytes, AuthorityRow* row) {
  RowReader in(bytes);
  row->name = in.Text();
  row->institution = in.Text();
  row->role = ReadOneOf(&in, {Role::kAdministrator, Role::kProgramOwner,
                              Role::kRegistry, Role::kBank, Role::kAuditor});
  row->suspended = in.Flag();
  row->enrolled_entry = in.Number();
  row->status_entry = in.Number();
  row->successor = in.Number();
  row->succeeded_entry = in.Number();
  row->daily_quota = Read32(&in);
  row->programs = ReadTexts(&in);
  row->regions = ReadTexts(&in);
  row->pins.resize(in.Count());
  for (Pin& pin : row->pins) in.Raw(&pin.bytes);
  row->keys.resize(in.Count());
  for (AuthorityKey& key : row->keys) {
    in.Raw(&key.key.bytes);
    key.entry = in.Number();
    key.position = Read32(&in);
  }
  return in.Finished();
}

std::string EncodeRow(const KeyRow& row) {
  RowWriter out;
  out.Number(row.authority);
  out.Raw(row.key.view());
  return out.Take();
}

bool DecodeRow(std::string_view bytes, KeyRow* row) {
  RowReader in(bytes);
  row->authority = in.Number();
  in.Raw(&row->key.bytes);
  return in.Finished();
}

std::string EncodeRow(const PinRow& row) {
  RowWriter out;
  out.Number(row.authority);
  out.Number(row.entry);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, PinRow* row) {
  RowReader in(bytes);
  row->authority = in.Number();
  row->entry = in.Number();
  return in.Finished();
}

std::string EncodeRow(const QuotaRow& row) {
  RowWriter out;
  out.Signed(row.day);
  out.Number(row.entries);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, QuotaRow* row) {
  RowReader in(bytes);
  row->day = in.Signed();
  row->entries = in.Number();
  return in.Finished();
}

std::string EncodeRow(const ReferenceRow& row) {
  RowWriter out;
  out.Number(row.sequence);
  out.Raw(row.digest);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, ReferenceRow* row) {
  RowReader in(bytes);
  row->sequence = in.Number();
  in.Raw(&row->digest);
  return in.Finished();
}

std::string EncodeRow(const ProgramRow& row) {
  RowWriter out;
  out.Text(row.program);
  out.Number(row.version);
  out.Number(row.last_entry);
  WritePeriod(&out, row.months);
  out.Text(row.currency);
  out.Number(row.whole_units ? 1 : 0);
  out.Number(static_cast<uint64_t>(row.unit));
  out.Text(row.benefit);
  out.Text(row.recipient_scheme);
  out.Text(row.region_scheme);
  WriteNumbers(&out, row.excludes);
  WriteNumbers(&out, row.excluded_by);
  out.Signed(row.ceiling.minor);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, ProgramRow* row) {
  RowReader in(bytes);
  row->program = in.Text();
  row->version = Read32(&in);
  row->last_entry = in.Number();
  row->months = ReadPeriod(&in);
  row->currency = in.Text();
  row->whole_units = in.Flag();
  row->unit = ReadUnit(&in);
  row->benefit = in.Text();
  row->recipient_scheme = in.Text();
  row->region_scheme = in.Text();
  row->excludes = ReadNumbers(&in);
  row->excluded_by = ReadNumbers(&in);
  row->ceiling = ReadAmount(&in);
  return in.Finished();
}

std::string EncodeRow(const BenefitRow& row) {
  RowWriter out;
  out.Number(static_cast<uint64_t>(row.unit));
  out.Number(row.entry);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, BenefitRow* row) {
  RowReader in(bytes);
  row->unit = ReadUnit(&in);
  row->entry = in.Number();
  return in.Finished();
}

std::string EncodeRow(const AccountRow& row) {
  RowWriter out;
  out.Number(row.program);
  out.Number(row.fiscal_year);
  out.Text(row.region);
  out.Number(row.last_entry);
  out.Signed(row.appropriated.minor);
  out.Signed(row.available.minor);
  out.Signed(row.committed.minor);
  out.Signed(row.in_transit.minor);
  out.Signed(row.credited.minor);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, AccountRow* row) {
  RowReader in(bytes);
  row->program = in.Number();
  row->fiscal_year = Read32(&in);
  row->region = in.Text();
  row->last_entry = in.Number();
  row->appropriated = ReadAmount(&in);
  row->available = ReadAmount(&in);
  row->committed = ReadAmount(&in);
  row->in_transit = ReadAmount(&in);
  row->credited = ReadAmount(&in);
  return in.Finished();
}

std::string EncodeRow(const EntitlementRow& row) {
  RowWriter out;
  out.Number(row.program);
  out.Number(row.account);
  out.Number(row.owner);
  out.Text(row.region);
  WritePeriod(&out, row.months);
  out.Signed(row.amount.minor);
  out.Signed(row.live.minor);
  out.Number(row.revoked_entry);
  out.Number(row.first_live);
  out.Number(row.last_live);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, EntitlementRow* row) {
  RowReader in(bytes);
  row->program = in.Number();
  row->account = in.Number();
  row->owner = in.Number();
  row->region = in.Text();
  row->months = ReadPeriod(&in);
  row->amount = ReadAmount(&in);
  row->live = ReadAmount(&in);
  row->revoked_entry = in.Number();
  row->first_live = in.Number();
  row->last_live = in.Number();
  return in.Finished();
}

std::string EncodeRow(const ClaimRow& row) {
  RowWriter out;
  out.Number(row.ranges.size());
  for (const ClaimRow::Range& range : row.ranges) {
    WritePeriod(&out, range.months);
    out.Number(range.grant);
  }
  return out.Take();
}

bool DecodeRow(std::string_view bytes, ClaimRow* row) {
  RowReader in(bytes);
  row->ranges.resize(in.Count());
  for (ClaimRow::Range& range : row->ranges) {
    range.months = ReadPeriod(&in);
    range.grant = in.Number();
  }
  return in.Finished();
}

std::string EncodeRow(const DisbursementRow& row) {
  RowWriter out;
  out.Number(row.first_entry);
  out.Number(row.last_entry - row.first_entry);
  out.Number(static_cast<uint64_t>(row.state));
  out.Number(row.grant);
  out.Signed(row.amount.minor);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, DisbursementRow* row) {
  RowReader in(bytes);
  row->first_entry = in.Number();
  row->last_entry = row->first_entry + in.Number();
  row->state = ReadOneOf(
      &in, {DisbursementState::kInstructed, DisbursementState::kCredited,
            DisbursementState::kRejected, DisbursementState::kReturned});
  row->grant = in.Number();
  row->amount = ReadAmount(&in);
  return in.Finished();
}

std::string EncodeRow(const LinkRow& row) {
  RowWriter out;
  out.Number(row.previous);
  out.Number(row.next);
  return out.Take();
}

bool DecodeRow(std::string_view bytes, LinkRow* row) {
  RowReader in(bytes);
  row->previous = in.Number();
  row->next = in.Number();
  return in.Finished();
}

}  // namespace amanah::domain

#include "ledger/writer/sequencer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/store/index.h"
#include "ledger/writer/halted.h"

namespace amanah::writer {
namespace {

using judge::BatchError;
using judge::Problem;

size_t LengthOf(const judge::SealedBatch& batch) {
  size_t length = 0;
  for (const std::string& one : batch.batch.bytes) length += one.size();
  return length;
}

bool Holds(const std::vector<crypto::PublicKey>& keys,
           const crypto::PublicKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

Sequencer::Sequencer(SequencerStart start, const LedgerOptions& options,
                     const domain::StateReader* base, Committer* committer)
    : ledger_(std::move(start.ledger)),
      checkpoint_keys_(std::move(start.checkpoint_keys)),
      statement_keys_(std::move(start.statement_keys)),
      group_entries_max_(options.group_entries_max),
      overlay_rows_max_(options.overlay_rows_max),
      committer_(committer),
      queue_(options.queued_batches_max, options.queued_length_max),
      tip_(start.tip),
      state_(base),
      time_(options.clock, start.last_time,
            {options.clock_lead_max_us, options.clock_gap_at_start_max_us,
             options.confirm_clock}),
      thread_([this] { Run(); }) {}

Sequencer::~Sequencer() { Stop(); }

void Sequencer::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void Sequencer::Submit(judge::SealedBatch batch, OnAnswer on_answer) {
  if (!committer_->status().ok()) {
    on_answer(StorageFailed());
    return;
  }
  const size_t length = LengthOf(batch);
  Item item{std::move(batch), std::move(on_answer)};
  if (queue_.TryPush(item, length)) return;
  if (queue_.closed()) {
    item.on_answer(Halted("it is stopping"));
  } else {
    item.on_answer(BatchError{
        Problem::kBusy, "too many batches are waiting, retry later", {}, {}});
  }
}

void Sequencer::Run() {
  while (std::optional<Item> first = queue_.Pop()) {
    committer_->Push(JudgeItems(NextItems(*std::move(first))));
    if (state_.cached() > overlay_rows_max_) TrimOverlay();
  }
}

// What is waiting by now becomes one group, up to a number of entries.
std::vector<Sequencer::Item> Sequencer::NextItems(Item first) {
  size_t entries = first.batch.batch.bytes.size();
  std::vector<Item> items;
  items.push_back(std::move(first));
  while (entries < group_entries_max_) {
    std::optional<Item> next = queue_.TryPop();
    if (!next.has_value()) break;
    entries += next->batch.batch.bytes.size();
    items.push_back(*std::move(next));
  }
  return items;
}

Group Sequencer::JudgeItems(std::vector<Item> items) {
  Group group;
  group.first_sequence = tip_.size;
  std::vector<const judge::SealedBatch*> batches;
  batches.reserve(items.size());
  for (const Item& item : items) batches.push_back(&item.batch);
  judge::Prefetch(batches, &state_);
  for (Item& item : items) JudgeItem(std::move(item), &group);
  const auto ledger = domain::FindLedger(&state_);
  if (ledger.has_value()) group.checkpoint_key = ledger->checkpoint_key;
  group.changes = state_.TakeChanges();
  if (!state_.status().ok()) {
    // Some row may have been missed: nothing that was judged here may leave.
    committer_->Halt(state_.status());
  }
  return group;
}

void Sequencer::JudgeItem(Item item, Group* group) {
  const auto answer = [&](auto value) {
    group->answers.push_back({std::move(item.on_answer), std::move(value)});
  };
  const absl::StatusOr<EntryTime> time = time_.Next();
  // A repeat needs no time, and is answered while the clock is off.
  auto admitted = judge::Admit(
      ledger_, item.batch, time.ok() ? time->us : tip_.last_time_us, &state_);
  if (auto* repeat = std::get_if<judge::Repeat>(&admitted)) {
    return answer(std::move(*repeat));
  }
  if (!time.ok()) return answer(Halted(std::string(time.status().message())));
  if (auto* error = std::get_if<BatchError>(&admitted)) {
    return answer(std::move(*error));
  }
  if (auto error = CheckSecrets(item.batch.batch)) {
    return answer(*std::move(error));
  }
  Record(item.batch, std::get<judge::Admission>(admitted), *time,
         std::move(item.on_answer), group);
}

void Sequencer::Record(const judge::SealedBatch& batch,
                       const judge::Admission& admission, const EntryTime& time,
                       OnAnswer on_answer, Group* group) {
  const uint64_t first = tip_.size;
  const std::vector<domain::Outcome> outcomes =
      judge::JudgeStatements(batch, admission, time.us, first, &state_);
  if (!state_.status().ok()) {
    group->answers.push_back({std::move(on_answer), StorageFailed()});
    return;
  }
  std::vector<judge::JudgedEntry> entries =
      judge::MakeEntries(batch, outcomes, time.us, &tip_);
  time_.Made(time);
  group->last_time = time;
  std::vector<Result> results;
  results.reserve(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    store::IndexStatement(admission.author, batch.batch.prepared[i],
                          outcomes[i], first + i, &state_, &group->rows);
    results.push_back({first + i, outcomes[i], entries[i].hash});
    group->hashes.push_back(entries[i].hash);
    group->entries.push_back(std::move(entries[i].bytes));
  }
  group->answers.push_back({std::move(on_answer), std::move(results)});
}

// What would leave this server unable to go on is not recorded: rules that it
// does not speak, and ledger keys whose secrets it does not hold.
std::optional<BatchError> Sequencer::CheckSecrets(
    const judge::ParsedBatch& batch) const {
  for (uint32_t i = 0; i < batch.prepared.size(); ++i) {
    const domain::Body& body = batch.prepared[i].statement.body;
    if (const auto* rules = std::get_if<domain::RulesAdopted>(&body)) {
      if (rules->version > domain::kRulesVersionMax) {
        return BatchError{
            Problem::kNeedsRules,
            absl::StrFormat("this server speaks rules up to version %d, not %d",
                            domain::kRulesVersionMax, rules->version),
            i,
            {}};
      }
    }
    if (const auto* rotated = std::get_if<domain::LedgerKeyRotated>(&body)) {
      const bool checkpoint =
          rotated->kind == domain::LedgerKeyKind::kCheckpoint;
      if (!Holds(checkpoint ? checkpoint_keys_ : statement_keys_,
                 rotated->key.key)) {
        return BatchError{Problem::kLedgerKey,
                          "the server holds no secret for the ledger's next "
                          "key",
                          i,
                          {}};
      }
    }
  }
  return std::nullopt;
}

void Sequencer::TrimOverlay() {
  // Rows may only be let go of when the base holds their changes.
  committer_->WaitIdle();
  state_.Trim();
}

}  // namespace amanah::writer

#include "client/import/poster.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/domain/statement.h"
#include "ledger/log/merkle.h"

namespace amanah::client {
namespace {

// Rounds of asking again in which nothing is settled.
constexpr int kIdleRoundsMax = 6;

// Whether the batch may be sealed and posted anew once the record was asked.
bool MayTryAgain(judge::Problem problem) {
  return problem == judge::Problem::kPartlyRecorded ||
         problem == judge::Problem::kExpired ||
         problem == judge::Problem::kBusy;
}

}  // namespace

void Poster::Decide(Item* item, RowState state) {
  item->result->state = state;
  if (on_progress_) on_progress_(++decided_);
}

absl::Status Poster::Begin(Item* item, int attempt) {
  item->attempt = attempt;
  if (attempt == 1) {
    item->statement = item->planned->statement;
    return absl::OkStatus();
  }
  AMANAH_ASSIGN_OR_RETURN(
      item->statement, EncodeAttempt(item->planned->row, attempt, *salt_key_));
  return absl::OkStatus();
}

// True: the row's next attempt must be asked for.
absl::StatusOr<bool> Poster::TakeRecord(Item* item, const OnRecord& record) {
  RowResult* result = item->result;
  result->reference = ReferenceOf(item->planned->row.reference, item->attempt);
  result->sequence = record.sequence;
  result->outcome = record.outcome;
  if (log::LeafHash(AsBytes(item->statement)) != record.statement_hash) {
    Decide(item, RowState::kDiffers);
    return false;
  }
  // Our own answer got lost: this attempt was this run's.
  if (item->attempt_posted == item->attempt) result->posted = true;
  if (record.outcome.accepted() || result->posted ||
      item->attempt == options_.attempt_max) {
    Decide(item, RowState::kRecorded);
    return false;
  }
  AMANAH_RETURN_IF_ERROR(Begin(item, item->attempt + 1));
  return true;
}

absl::StatusOr<std::vector<std::optional<OnRecord>>> Poster::LookUp(
    const Items& items) {
  std::vector<std::optional<OnRecord>> all;
  for (size_t begin = 0; begin < items.size(); begin += kLookupReferencesMax) {
    const size_t end = std::min(items.size(), begin + kLookupReferencesMax);
    std::vector<std::string> references;
    for (size_t i = begin; i < end; ++i) {
      references.push_back(
          ReferenceOf(items[i]->planned->row.reference, items[i]->attempt));
    }
    AMANAH_ASSIGN_OR_RETURN(const auto records, link_->Lookup(references));
    if (records.size() != references.size()) {
      return absl::DataLossError(
          absl::StrFormat("%d references were asked for, and the answer has %d",
                          references.size(), records.size()));
    }
    all.insert(all.end(), records.begin(), records.end());
  }
  return all;
}

absl::Status Poster::AskOnce(const Items& items, Items* next, Items* absent) {
  AMANAH_ASSIGN_OR_RETURN(const auto records, LookUp(items));
  std::vector<std::string> references;
  std::vector<Claim> claims;
  references.reserve(items.size());  // claims look at them
  for (size_t i = 0; i < items.size(); ++i) {
    if (!records[i].has_value()) continue;
    references.push_back(
        ReferenceOf(items[i]->planned->row.reference, items[i]->attempt));
    claims.push_back({references.back(), items[i]->statement, *records[i]});
  }
  // All of a window together: no batch reaches beyond its window.
  AMANAH_RETURN_IF_ERROR(link_->Prove(std::move(claims)));
  for (size_t i = 0; i < items.size(); ++i) {
    if (!records[i].has_value()) {
      absent->push_back(items[i]);
      continue;
    }
    AMANAH_ASSIGN_OR_RETURN(const bool more, TakeRecord(items[i], *records[i]));
    if (more) next->push_back(items[i]);
  }
  return absl::OkStatus();
}

absl::StatusOr<Poster::Items> Poster::Ask(Items items) {
  Items to_post;
  while (!items.empty()) {
    Items next;
    Items absent;
    AMANAH_RETURN_IF_ERROR(AskOnce(items, &next, &absent));
    for (Item* item : absent) {
      const bool first = item->attempt == 1;
      if (!first && !options_.retry_refused) {
        Decide(item, RowState::kRecorded);  // refused, at the attempt before
      } else if (options_.check) {
        // A refused row stays one until it is posted.
        Decide(item, first ? RowState::kNew : RowState::kRecorded);
      } else {
        to_post.push_back(item);
      }
    }
    items = std::move(next);
  }
  return to_post;
}

absl::Status Poster::TakeAnswer(const Items& batch, const PostAnswer& answer,
                                Items* open) {
  if (const auto* error = std::get_if<judge::BatchError>(&answer.result)) {
    if (MayTryAgain(error->problem)) {
      open->insert(open->end(), batch.begin(), batch.end());
      return absl::OkStatus();
    }
    const auto index = error->statement_index;
    const bool one = index.has_value() && *index < batch.size();
    return absl::Status(
        judge::CodeOf(error->problem),
        absl::StrFormat("%s %d: %s (%s)",
                        one ? "row" : "the batch that begins with row",
                        batch[one ? *index : 0]->planned->row.row,
                        error->message, judge::ProblemName(error->problem)));
  }
  const auto& posted = std::get<std::vector<Posted>>(answer.result);
  if (posted.size() != batch.size()) {
    return absl::DataLossError(
        absl::StrFormat("a batch of %d statements was answered with %d results",
                        batch.size(), posted.size()));
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    RowResult* result = batch[i]->result;
    result->reference =
        ReferenceOf(batch[i]->planned->row.reference, batch[i]->attempt);
    result->sequence = posted[i].sequence;
    result->outcome = posted[i].outcome;
    result->posted = true;
    Decide(batch[i], RowState::kRecorded);
  }
  return absl::OkStatus();
}

absl::StatusOr<Poster::Items> Poster::Post(const Items& items) {
  std::map<uint64_t, Items> in_flight;
  Items open;
  size_t next = 0;
  while (next < items.size() || !in_flight.empty()) {
    if (next < items.size() && in_flight.size() < link_->in_flight_max()) {
      Items batch;
      std::vector<std::string> statements;
      size_t length = 0;
      while (next < items.size() && batch.size() < kBatchStatements) {
        length += items[next]->statement.size();
        if (length > domain::kBatchLengthMax) break;
        items[next]->attempt_posted = items[next]->attempt;
        statements.push_back(items[next]->statement);
        batch.push_back(items[next++]);
      }
      const uint64_t tag = next_tag_++;
      in_flight.emplace(tag, std::move(batch));
      AMANAH_RETURN_IF_ERROR(link_->Post(tag, std::move(statements)));
      continue;
    }
    AMANAH_ASSIGN_OR_RETURN(const PostAnswer answer, link_->Wait());
    const auto found = in_flight.find(answer.tag);
    if (found == in_flight.end()) {
      return absl::DataLossError(absl::StrFormat(
          "an answer has the tag %d, which no batch in flight has",
          answer.tag));
    }
    AMANAH_RETURN_IF_ERROR(TakeAnswer(found->second, answer, &open));
    in_flight.erase(found);
  }
  return open;
}

absl::Status Poster::Run(
    const std::vector<PlannedRow>& rows, std::vector<RowResult>* results,
    const std::function<void(size_t decided)>& on_progress) {
  on_progress_ = on_progress;
  decided_ = 0;
  results->assign(rows.size(), {});
  std::vector<Item> all(rows.size());
  Items open;
  for (size_t i = 0; i < rows.size(); ++i) {
    all[i].planned = &rows[i];
    all[i].result = &(*results)[i];
    all[i].result->row = rows[i].row.row;
    all[i].result->reference = rows[i].row.reference;
    AMANAH_RETURN_IF_ERROR(Begin(&all[i], 1));
    open.push_back(&all[i]);
  }
  int idle_rounds = 0;
  while (true) {
    const size_t before = open.size();
    AMANAH_ASSIGN_OR_RETURN(const Items to_post, Ask(std::move(open)));
    if (to_post.empty()) return absl::OkStatus();
    AMANAH_ASSIGN_OR_RETURN(open, Post(to_post));
    if (open.empty()) return absl::OkStatus();
    idle_rounds = open.size() < before ? 0 : idle_rounds + 1;
    if (idle_rounds == kIdleRoundsMax) {
      return absl::UnavailableError(absl::StrFormat(
          "the ledger takes no batch: tried %d times, %d rows are open",
          kIdleRoundsMax, open.size()));
    }
    link_->Pause(idle_rounds + 1);
  }
}

}  // namespace amanah::client

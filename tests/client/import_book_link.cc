#include "tests/client/import_book_link.h"

#include <utility>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/codec/entry_codec.h"
#include "ledger/log/merkle.h"

namespace amanah::testing_support {
namespace {

client::PostAnswer Translate(uint64_t tag, const writer::Answer& answer) {
  client::PostAnswer translated;
  translated.tag = tag;
  if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
    translated.result = *error;
    return translated;
  }
  std::vector<client::Posted> posted;
  for (const writer::Result& result :
       std::get<writer::Acknowledgement>(answer).results) {
    posted.push_back({result.sequence, result.outcome});
  }
  translated.result = std::move(posted);
  return translated;
}

}  // namespace

absl::StatusOr<std::vector<std::optional<client::OnRecord>>> BookLink::Lookup(
    const std::vector<std::string>& references) {
  domain::Overlay state(&(*ledger_)->derived());
  std::vector<std::optional<client::OnRecord>> records;
  for (const std::string& reference : references) {
    const auto row = domain::LoadRow<domain::ReferenceRow>(
        &state,
        domain::NameKey(domain::ReferenceRow::kTable, author_, reference));
    AMANAH_RETURN_IF_ERROR(state.status());
    if (!row.has_value()) {
      records.push_back(std::nullopt);
      continue;
    }
    AMANAH_ASSIGN_OR_RETURN(const std::string bytes,
                            (*ledger_)->entries().Get(row->sequence));
    AMANAH_ASSIGN_OR_RETURN(const codec::Entry entry,
                            codec::DecodeEntry(AsBytes(bytes)));
    records.push_back(client::OnRecord{
        row->sequence, entry.outcome, log::LeafHash(AsBytes(entry.statement))});
  }
  return records;
}

absl::Status BookLink::Post(uint64_t tag, std::vector<std::string> statements) {
  auto checked = (*ledger_)->Check(
      ledger_->parties().SealBytes(author_, std::move(statements)));
  const auto answer = [this, tag](const writer::Answer& given) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(Translate(tag, given));
    changed_.notify_all();
  };
  if (const auto* error = std::get_if<judge::BatchError>(&checked)) {
    answer(*error);
    return absl::OkStatus();
  }
  (*ledger_)->Submit(std::get<judge::SealedBatch>(std::move(checked)), answer);
  return absl::OkStatus();
}

absl::StatusOr<client::PostAnswer> BookLink::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !answers_.empty(); });
  client::PostAnswer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

}  // namespace amanah::testing_support

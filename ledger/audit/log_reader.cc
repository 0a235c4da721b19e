#include "ledger/audit/log_reader.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"

namespace amanah::audit {
namespace {

// How far reading may be ahead: about 16 MiB of entries.
constexpr size_t kChunksMax = 32;

}  // namespace

LogReader::LogReader(const log::TileSource* source, uint64_t size,
                     KeptCheckpoints* kept)
    : source_(source),
      size_(size),
      kept_(kept),
      tree_(source,
            [this](judge::Finding finding) {
              chunk_.findings.push_back(std::move(finding));
            }),
      thread_([this] { Run(); }) {}

LogReader::~LogReader() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::optional<Chunk> LogReader::Next() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !chunks_.empty() || ended_; });
  if (chunks_.empty()) return std::nullopt;
  Chunk chunk = std::move(chunks_.front());
  chunks_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return chunk;
}

ReadResult LogReader::Finish() {
  thread_.join();
  return std::move(result_);
}

bool LogReader::Push() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock,
                [this] { return chunks_.size() < kChunksMax || stopped_; });
  if (stopped_) return false;
  chunks_.push_back(std::move(chunk_));
  lock.unlock();
  changed_.notify_all();
  chunk_ = Chunk{};
  return true;
}

void LogReader::Run() {
  result_.status = ReadAll();
  result_.entries = tree_.size();
  result_.root = tree_.Root();
  Push();  // what was found last
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

absl::Status LogReader::ReadAll() {
  while (tree_.size() < size_) {
    const uint64_t index = tree_.size() / log::kTileWidth;
    AMANAH_RETURN_IF_ERROR(
        ReadBundle({index, log::TileWidthAt(size_, 0, index)}));
    if (!Push()) return absl::CancelledError("the audit was given up");
  }
  return tree_.Finish();
}

absl::Status LogReader::ReadBundle(const log::BundleId& bundle) {
  const auto bytes = source_->ReadBundle(bundle);
  const auto entries = bytes.ok()
                           ? log::DecodeBundle(AsBytes(*bytes), bundle.width)
                           : bytes.status();
  if (entries.ok()) return TakeEntries(*entries);
  if (absl::IsNotFound(entries.status()) ||
      absl::IsDataLoss(entries.status())) {
    chunk_.findings.push_back(
        {tree_.size(), judge::FindingKind::kMalformed,
         absl::StrFormat("%s, with its entries and all that follow, cannot be "
                         "read",
                         log::EntryBundlePath(bundle))});
  }
  return entries.status();
}

absl::Status LogReader::TakeEntries(const std::vector<ByteView>& entries) {
  chunk_.entries.reserve(entries.size());
  for (const ByteView entry : entries) {
    const log::Hash hash = log::LeafHash(entry);
    AMANAH_RETURN_IF_ERROR(tree_.Append(hash));
    if (kept_->Wants(tree_.size())) {
      kept_->SetRoot(tree_.size(), tree_.Root());
    }
    chunk_.entries.push_back(read_ahead_.Read(entry, hash));
  }
  return absl::OkStatus();
}

}  // namespace amanah::audit

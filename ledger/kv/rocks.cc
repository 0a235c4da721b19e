#include "ledger/kv/rocks.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/kv/rocks_options.h"

namespace amanah::kv {
namespace {

namespace fs = std::filesystem;

rocksdb::Slice AsSlice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

std::string_view AsView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// Reads at one snapshot, or at the newest state when that is null.
class RocksReader final : public Reader {
 public:
  RocksReader(rocksdb::DB* db, const fs::path& folder,
              const rocksdb::Snapshot* snapshot)
      : db_(db), folder_(folder), snapshot_(snapshot) {}
  RocksReader(const RocksReader&) = delete;
  RocksReader& operator=(const RocksReader&) = delete;
  ~RocksReader() override {
    if (snapshot_ != nullptr) db_->ReleaseSnapshot(snapshot_);
  }

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    std::string value;
    const rocksdb::Status read = db_->Get(options(), AsSlice(key), &value);
    if (read.IsNotFound()) return std::nullopt;
    AMANAH_RETURN_IF_ERROR(FromRocks(read, folder_));
    return value;
  }

  absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const override {
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const std::string_view key : keys) slices.push_back(AsSlice(key));
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> reads(keys.size());
    db_->MultiGet(options(), db_->DefaultColumnFamily(), keys.size(),
                  slices.data(), found.data(), reads.data());
    values->clear();
    values->reserve(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (reads[i].IsNotFound()) {
        values->push_back(std::nullopt);
        continue;
      }
      AMANAH_RETURN_IF_ERROR(FromRocks(reads[i], folder_));
      values->emplace_back(AsView(found[i]));
    }
    return absl::OkStatus();
  }

  absl::Status ForEach(std::string_view from, std::string_view to,
                       const RowVisitor& visit) const override {
    rocksdb::ReadOptions read = options();
    const rocksdb::Slice bound = AsSlice(to);
    if (!to.empty()) read.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(read));
    for (at->Seek(AsSlice(from)); at->Valid(); at->Next()) {
      if (!visit(AsView(at->key()), AsView(at->value()))) break;
    }
    return FromRocks(at->status(), folder_);
  }

  absl::StatusOr<std::optional<Row>> LastAtOrBefore(
      std::string_view key) const override {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options()));
    at->SeekForPrev(AsSlice(key));
    return RowAt(*at);
  }

  absl::StatusOr<std::optional<Row>> Last() const override {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options()));
    at->SeekToLast();
    return RowAt(*at);
  }

 private:
  rocksdb::ReadOptions options() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
  }

  absl::StatusOr<std::optional<Row>> RowAt(const rocksdb::Iterator& at) const {
    AMANAH_RETURN_IF_ERROR(FromRocks(at.status(), folder_));
    if (!at.Valid()) return std::nullopt;
    return Row{at.key().ToString(), at.value().ToString()};
  }

  rocksdb::DB* const db_;
  const fs::path folder_;
  const rocksdb::Snapshot* const snapshot_;
};

class RocksKeyValue final : public KeyValue {
 public:
  RocksKeyValue(std::unique_ptr<rocksdb::DB> db, const fs::path& folder,
                bool read_only)
      : db_(std::move(db)),
        folder_(folder),
        read_only_(read_only),
        newest_(db_.get(), folder, nullptr) {}

  absl::StatusOr<std::optional<std::string>> Get(
      std::string_view key) const override {
    return newest_.Get(key);
  }
  absl::Status GetMany(
      std::span<const std::string_view> keys,
      std::vector<std::optional<std::string>>* values) const override {
    return newest_.GetMany(keys, values);
  }
  absl::Status ForEach(std::string_view from, std::string_view to,
                       const RowVisitor& visit) const override {
    return newest_.ForEach(from, to, visit);
  }
  absl::StatusOr<std::optional<Row>> LastAtOrBefore(
      std::string_view key) const override {
    return newest_.LastAtOrBefore(key);
  }
  absl::StatusOr<std::optional<Row>> Last() const override {
    return newest_.Last();
  }

  absl::Status Write(const WriteBatch& batch,
                     const WriteOptions& options) override;
  absl::Status Flush() override;
  absl::Status Clear() override;
  Statistics GetStatistics() const override;

  std::unique_ptr<const Reader> Snapshot() const override {
    return std::make_unique<RocksReader>(db_.get(), folder_,
                                         db_->GetSnapshot());
  }

 private:
  absl::Status CheckWritable() const {
    if (!read_only_) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrFormat(
        "folder %s was opened for reading only", folder_.string()));
  }
  uint64_t Property(const std::string& name) const {
    uint64_t value = 0;
    return db_->GetIntProperty(name, &value) ? value : 0;
  }

  const std::unique_ptr<rocksdb::DB> db_;
  const fs::path folder_;
  const bool read_only_;
  const RocksReader newest_;
};

absl::Status RocksKeyValue::Write(const WriteBatch& batch,
                                  const WriteOptions& options) {
  AMANAH_CHECK(options.log || !options.sync);
  AMANAH_RETURN_IF_ERROR(CheckWritable());
  constexpr size_t kChangeOverhead = 16;  // enough for a tag and two lengths
  rocksdb::WriteBatch rocks(batch.length() + batch.count() * kChangeOverhead);
  for (size_t i = 0; i < batch.count(); ++i) {
    const WriteBatch::Change change = batch.change(i);
    const rocksdb::Status added =
        change.erase ? rocks.Delete(AsSlice(change.key))
                     : rocks.Put(AsSlice(change.key), AsSlice(change.value));
    AMANAH_RETURN_IF_ERROR(FromRocks(added, folder_));
  }
  rocksdb::WriteOptions write;
  write.sync = options.sync;
  write.disableWAL = !options.log;
  return FromRocks(db_->Write(write, &rocks), folder_);
}

absl::Status RocksKeyValue::Flush() {
  AMANAH_RETURN_IF_ERROR(CheckWritable());
  rocksdb::FlushOptions flush;
  flush.wait = true;
  flush.allow_write_stall = true;
  return FromRocks(db_->Flush(flush), folder_);
}

absl::Status RocksKeyValue::Clear() {
  AMANAH_RETURN_IF_ERROR(CheckWritable());
  AMANAH_ASSIGN_OR_RETURN(const std::optional<Row> last, Last());
  if (!last.has_value()) return absl::OkStatus();
  // First one unit that survives, and only then the files: should the process
  // end in between, no reader finds some rows gone and others there.
  rocksdb::WriteBatch batch;
  rocksdb::Status done = batch.DeleteRange(rocksdb::Slice(), last->key);
  if (done.ok()) done = batch.Delete(last->key);
  rocksdb::WriteOptions write;
  write.disableWAL = true;
  if (done.ok()) done = db_->Write(write, &batch);
  AMANAH_RETURN_IF_ERROR(FromRocks(done, folder_));
  AMANAH_RETURN_IF_ERROR(Flush());
  return FromRocks(rocksdb::DeleteFilesInRange(
                       db_.get(), db_->DefaultColumnFamily(), nullptr, nullptr),
                   folder_);
}

Statistics RocksKeyValue::GetStatistics() const {
  return {Property(rocksdb::DB::Properties::kTotalSstFilesSize),
          Property(rocksdb::DB::Properties::kCurSizeAllMemTables),
          Property(rocksdb::DB::Properties::kBlockCacheUsage),
          Property(rocksdb::DB::Properties::kEstimatePendingCompactionBytes),
          Property(rocksdb::DB::Properties::kEstimateNumKeys)};
}

// RocksDB would begin anew, over the files of a database whose CURRENT is gone.
absl::StatusOr<bool> HasDatabase(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / "CURRENT", error)) return true;
  if (!fs::exists(folder, error)) return false;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    const fs::path extension = file.path().extension();
    if (extension == ".sst" || extension == ".log") {
      return absl::DataLossError(absl::StrFormat(
          "folder %s holds rows but no file CURRENT", folder.string()));
    }
  }
  if (error) {
    return absl::UnavailableError(absl::StrFormat(
        "reading folder %s: %s", folder.string(), error.message()));
  }
  return false;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyValue>> OpenRocks(
    const fs::path& folder, const RocksOptions& options) {
  AMANAH_ASSIGN_OR_RETURN(const bool exists, HasDatabase(folder));
  if (!exists && (options.read_only || !options.create_if_missing)) {
    return absl::NotFoundError(
        absl::StrFormat("folder %s holds no rows", folder.string()));
  }
  const rocksdb::Options rocks = MakeRocksOptions(options);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(rocks, folder.string(), &db)
          : rocksdb::DB::Open(rocks, folder.string(), &db);
  AMANAH_RETURN_IF_ERROR(FromRocks(opened, folder));
  return std::make_unique<RocksKeyValue>(std::unique_ptr<rocksdb::DB>(db),
                                         folder, options.read_only);
}

}  // namespace amanah::kv

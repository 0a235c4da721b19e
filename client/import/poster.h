// Brings the rows of a window onto the record: asks what is there, posts the
// rest in batches with several in flight, and asks again when an answer leaves
// it open. The ledger is behind a small interface, so that this runs over gRPC
// and, in tests, in the process.
#ifndef AMANAH_CLIENT_IMPORT_POSTER_H_
#define AMANAH_CLIENT_IMPORT_POSTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/planner.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/secret.h"
#include "ledger/domain/refusal.h"
#include "ledger/judge/problem.h"

namespace amanah::client {

inline constexpr size_t kBatchStatements = 1'000;
inline constexpr size_t kLookupReferencesMax = 4'096;

// What the record has under a reference.
struct OnRecord {
  uint64_t sequence = 0;
  domain::Outcome outcome;
  crypto::Hash statement_hash;  // leaf hash of the statement's bytes
};

// That this is on the record under a reference of ours.
struct Claim {
  std::string_view reference;
  std::string_view statement;  // our bytes; others may be recorded
  OnRecord record;
};

// What became of a statement that was posted.
struct Posted {
  uint64_t sequence = 0;
  domain::Outcome outcome;
};

struct PostAnswer {
  uint64_t tag = 0;
  // One for each statement, or why there is none.
  std::variant<std::vector<Posted>, judge::BatchError> result;
};

// A ledger and the authority that speaks to it. An error of any call ends the
// import.
class LedgerLink {
 public:
  virtual ~LedgerLink() = default;

  // For 1 to kLookupReferencesMax references of the authority: one each.
  virtual absl::StatusOr<std::vector<std::optional<OnRecord>>> Lookup(
      const std::vector<std::string>& references) = 0;
  // That what Lookup gave is so. Cheap for batches that are claimed as a whole.
  virtual absl::Status Prove(std::vector<Claim> claims) = 0;
  // Seals a batch and sends it off.
  virtual absl::Status Post(uint64_t tag,
                            std::vector<std::string> statements) = 0;
  // The next answer, proved, in any order. Requires: a batch is in flight.
  virtual absl::StatusOr<PostAnswer> Wait() = 0;
  virtual size_t in_flight_max() const = 0;
  // Before the n-th round of asking again, from 1.
  virtual void Pause(int round) = 0;
};

enum class RowState : uint8_t {
  kUnknown,  // the import ended before this was known
  kNew,      // not on the record, and posting was not asked for
  kRecorded,
  kDiffers,  // other bytes are on the record under its reference
};

struct RowResult {
  uint64_t row = 0;
  std::string reference;  // of the attempt that counts
  RowState state = RowState::kUnknown;
  bool posted = false;    // by this run
  uint64_t sequence = 0;  // when recorded or differing
  domain::Outcome outcome;
};

struct PostOptions {
  bool check = false;
  // Refused rows are posted again, as their next attempt.
  bool retry_refused = false;
  // No attempt beyond this one.
  int attempt_max = 99;
};

// Not thread-safe; link and key must outlive it.
class Poster {
 public:
  Poster(LedgerLink* link, const crypto::Secret* salt_key,
         const PostOptions& options)
      : link_(link), salt_key_(salt_key), options_(options) {}

  // One result for each row. After an error `results` says how far it came.
  absl::Status Run(const std::vector<PlannedRow>& rows,
                   std::vector<RowResult>* results,
                   const std::function<void(size_t decided)>& on_progress);

 private:
  struct Item {
    const PlannedRow* planned = nullptr;
    RowResult* result = nullptr;
    int attempt = 1;
    // The attempt that this run posts; 0: none yet.
    int attempt_posted = 0;
    std::string statement;
  };
  using Items = std::vector<Item*>;

  absl::Status Begin(Item* item, int attempt);
  // What to post of `items`; the others get their result.
  absl::StatusOr<Items> Ask(Items items);
  // Looks one reference of each up.
  absl::StatusOr<std::vector<std::optional<OnRecord>>> LookUp(
      const Items& items);
  // The same, proved, and moves what is decided on.
  absl::Status AskOnce(const Items& items, Items* next, Items* absent);
  absl::StatusOr<bool> TakeRecord(Item* item, const OnRecord& record);
  // What is still open after posting, because asking again may settle it.
  absl::StatusOr<Items> Post(const Items& items);
  absl::Status TakeAnswer(const Items& batch, const PostAnswer& answer,
                          Items* open);
  void Decide(Item* item, RowState state);

  LedgerLink* link_;
  const crypto::Secret* salt_key_;
  const PostOptions options_;
  uint64_t next_tag_ = 1;
  std::function<void(size_t)> on_progress_;
  size_t decided_ = 0;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_POSTER_H_

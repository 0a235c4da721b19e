// What the sequencer hands to the committer: entries that are synced together,
// what they change, and who waits for them.
#ifndef AMANAH_LEDGER_WRITER_GROUP_H_
#define AMANAH_LEDGER_WRITER_GROUP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/judge/admission.h"
#include "ledger/writer/ledger.h"
#include "ledger/writer/time_keeper.h"

namespace amanah::writer {

// An answer that leaves when the group is durable: results, the sequences of a
// batch that was recorded before, or an error that may name entries of it.
struct PendingAnswer {
  OnAnswer on_answer;
  std::variant<std::vector<Result>, judge::Repeat, judge::BatchError> answer;
};

struct Group {
  uint64_t first_sequence = 0;
  EntryTime last_time;  // of the newest entry that was made
  std::vector<std::string> entries;
  std::vector<crypto::Hash> hashes;
  std::vector<domain::StateChange> changes;
  std::vector<store::IndexRow> rows;
  std::vector<PendingAnswer> answers;
  // The checkpoint key in force after this group.
  crypto::PublicKey checkpoint_key;
};

}  // namespace amanah::writer

#endif  // AMANAH_LEDGER_WRITER_GROUP_H_

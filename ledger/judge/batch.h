// A batch, from the bytes that its author sent to one whose seal is known to be
// good. Everything here needs no order among batches: many threads do it at
// once, ahead of the sequencer.
#ifndef AMANAH_LEDGER_JUDGE_BATCH_H_
#define AMANAH_LEDGER_JUDGE_BATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/codec/entry_codec.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/book.h"
#include "ledger/judge/problem.h"
#include "ledger/log/note.h"
#include "ledger/log/seal.h"

namespace amanah::judge {

// Which ledger seals must name. `genesis` is the leaf hash of entry 0, and all
// zero for entry 0's own seal.
struct LedgerId {
  std::string origin;
  crypto::Hash genesis;
};

// As an author sends it.
struct SubmittedBatch {
  std::string seal;  // signed note
  std::vector<std::string> statements;
};

// A well-formed batch whose seal names this ledger and these statements. Its
// signatures are not verified yet.
struct ParsedBatch {
  log::SealText seal;
  std::vector<log::NoteSignature> signatures;
  std::vector<std::string> bytes;          // of the statements, in order
  std::vector<domain::Prepared> prepared;  // one for each
};

inline constexpr size_t kSealLengthMax = 4'096;

// A value, or why there is none.
template <typename T>
using OrError = std::variant<T, BatchError>;

// Statements, sizes, lengths, repetition, seal text. Thread-safe.
OrError<ParsedBatch> ParseBatch(const LedgerId& ledger, SubmittedBatch batch);

// One statement, decoded; the error names no index.
OrError<domain::Prepared> PrepareStatement(std::string_view author,
                                           ByteView bytes);

// A batch's statements and the root of their tree.
struct PreparedStatements {
  std::vector<domain::Prepared> prepared;
  crypto::Hash root;
};

// Their root; that none of them is there twice, and that together they are no
// longer than a batch may be. `length`: the sum of their bytes.
OrError<PreparedStatements> JoinStatements(
    std::vector<domain::Prepared> prepared, size_t length);

// All of an author's statements: encoding, fields, repetition and length.
OrError<PreparedStatements> PrepareStatements(
    std::string_view author, const std::vector<std::string>& statements);

// The same, and that the seal's root is theirs: for entries that are on the
// record. Requires: seal.size == statements.size().
OrError<ParsedBatch> ParseStatements(log::SealText seal,
                                     std::vector<std::string> statements);

// The RFC 6962 root over statements' bytes.
crypto::Hash RootOfStatements(const std::vector<std::string>& statements);

}  // namespace amanah::judge

#endif  // AMANAH_LEDGER_JUDGE_BATCH_H_

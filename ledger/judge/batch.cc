#include "ledger/judge/batch.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/log/merkle.h"

namespace amanah::judge {
namespace {

using domain::kBatchLengthMax;
using domain::kBatchSizeMax;
using domain::kStatementLengthMax;

std::optional<BatchError> CheckLength(size_t length) {
  if (length <= kBatchLengthMax) return std::nullopt;
  return BatchError{
      Problem::kLength,
      absl::StrFormat("a batch has at most %d bytes of statements, this one "
                      "%d",
                      kBatchLengthMax, length),
      {},
      {}};
}

// Before anything is decoded.
std::optional<BatchError> CheckSizes(const SubmittedBatch& batch) {
  const size_t size = batch.statements.size();
  if (size == 0 || size > kBatchSizeMax) {
    return BatchError{
        Problem::kSize,
        absl::StrFormat("a batch has 1 to %d statements, this one %d",
                        kBatchSizeMax, size),
        {},
        {}};
  }
  size_t length = 0;
  for (size_t i = 0; i < size; ++i) {
    const size_t one = batch.statements[i].size();
    if (one > kStatementLengthMax) {
      return BatchError{
          Problem::kLength,
          absl::StrFormat("a statement has at most %d bytes, this one %d",
                          kStatementLengthMax, one),
          static_cast<uint32_t>(i),
          {}};
    }
    length += one;
  }
  return CheckLength(length);
}

// The seal's text must be that of this ledger and these statements; each
// difference has an answer of its own, since each has another cure.
std::optional<BatchError> CompareSeal(const LedgerId& ledger,
                                      const log::SealText& seal, size_t size) {
  if (seal.origin != ledger.origin) {
    return BatchError{Problem::kOrigin,
                      absl::StrFormat("the seal names origin %s, this ledger "
                                      "is %s",
                                      seal.origin, ledger.origin),
                      {},
                      {}};
  }
  if (seal.genesis != ledger.genesis) {
    return BatchError{Problem::kGenesis,
                      "the seal names another entry 0: another ledger of the "
                      "same origin",
                      {},
                      {}};
  }
  if (seal.size != size) {
    return BatchError{Problem::kRoot,
                      absl::StrFormat("the seal covers %d statements, the "
                                      "batch has %d",
                                      seal.size, size),
                      {},
                      {}};
  }
  return std::nullopt;
}

BatchError FromFault(codec::StatementFault fault, const absl::Status& status) {
  Problem problem = Problem::kField;
  if (fault == codec::StatementFault::kLength) problem = Problem::kLength;
  if (fault == codec::StatementFault::kEncoding) problem = Problem::kEncoding;
  return {problem, std::string(status.message()), std::nullopt, {}};
}

// The place of the first statement whose bytes stand earlier in the batch.
std::optional<uint32_t> FirstRepetition(
    const std::vector<domain::Prepared>& prepared) {
  absl::flat_hash_map<crypto::Hash, uint32_t> seen;
  seen.reserve(prepared.size());
  for (uint32_t i = 0; i < prepared.size(); ++i) {
    if (!seen.emplace(prepared[i].hash, i).second) return i;
  }
  return std::nullopt;
}

}  // namespace

crypto::Hash RootOfStatements(const std::vector<std::string>& statements) {
  std::vector<crypto::Hash> leaves;
  leaves.reserve(statements.size());
  for (const std::string& statement : statements) {
    leaves.push_back(log::LeafHash(AsBytes(statement)));
  }
  return log::RootOf(leaves);
}

OrError<domain::Prepared> PrepareStatement(std::string_view author,
                                           ByteView bytes) {
  codec::StatementFault fault{};
  auto statement = codec::DecodeStatement(bytes, &fault);
  if (!statement.ok()) return FromFault(fault, statement.status());
  return domain::Prepare(author, *std::move(statement), log::LeafHash(bytes));
}

OrError<PreparedStatements> JoinStatements(
    std::vector<domain::Prepared> prepared, size_t length) {
  if (auto error = CheckLength(length)) return *std::move(error);
  if (const auto index = FirstRepetition(prepared)) {
    return BatchError{Problem::kRepeatsItself,
                      "the batch holds the same statement twice",
                      *index,
                      {}};
  }
  std::vector<crypto::Hash> leaves;
  leaves.reserve(prepared.size());
  for (const domain::Prepared& one : prepared) leaves.push_back(one.hash);
  return PreparedStatements{std::move(prepared), log::RootOf(leaves)};
}

OrError<PreparedStatements> PrepareStatements(
    std::string_view author, const std::vector<std::string>& statements) {
  std::vector<domain::Prepared> prepared;
  prepared.reserve(statements.size());
  size_t length = 0;
  for (const std::string& statement : statements) {
    length += statement.size();
    auto one = PrepareStatement(author, AsBytes(statement));
    if (auto* error = std::get_if<BatchError>(&one)) {
      error->statement_index = static_cast<uint32_t>(prepared.size());
      return std::move(*error);
    }
    prepared.push_back(std::get<domain::Prepared>(std::move(one)));
  }
  return JoinStatements(std::move(prepared), length);
}

OrError<ParsedBatch> ParseStatements(log::SealText seal,
                                     std::vector<std::string> statements) {
  auto prepared = PrepareStatements(seal.author, statements);
  if (auto* error = std::get_if<BatchError>(&prepared)) {
    return std::move(*error);
  }
  auto& ready = std::get<PreparedStatements>(prepared);
  if (ready.root != seal.root) {
    return BatchError{Problem::kRoot,
                      "the seal's root is not that of the statements",
                      {},
                      {}};
  }
  return ParsedBatch{
      std::move(seal), {}, std::move(statements), std::move(ready.prepared)};
}

OrError<ParsedBatch> ParseBatch(const LedgerId& ledger, SubmittedBatch batch) {
  if (auto error = CheckSizes(batch)) return *std::move(error);
  if (batch.seal.size() > kSealLengthMax) {
    return BatchError{
        Problem::kSealForm,
        absl::StrFormat("a seal has at most %d bytes, this one %d",
                        kSealLengthMax, batch.seal.size()),
        {},
        {}};
  }
  auto note = log::ParseNote(batch.seal);
  if (!note.ok()) {
    return BatchError{Problem::kSealForm,
                      absl::StrFormat("the seal is no signed note: %s",
                                      std::string(note.status().message())),
                      {},
                      {}};
  }
  auto seal = log::ParseSealText(note->text);
  if (!seal.ok()) {
    return BatchError{Problem::kSealForm,
                      absl::StrFormat("the seal's text: %s",
                                      std::string(seal.status().message())),
                      {},
                      {}};
  }
  if (auto error = CompareSeal(ledger, *seal, batch.statements.size())) {
    return *std::move(error);
  }
  auto parsed = ParseStatements(*std::move(seal), std::move(batch.statements));
  if (auto* ready = std::get_if<ParsedBatch>(&parsed)) {
    ready->signatures = std::move(note->signatures);
  }
  return parsed;
}

}  // namespace amanah::judge

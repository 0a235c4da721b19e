#include "client/batch_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <variant>

#include "ledger/base/status.h"
#include "ledger/codec/statement_codec.h"
#include "ledger/crypto/hmac.h"
#include "ledger/domain/validate.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;

// The seal in the file: a note, or the bare text of one that is not signed yet.
absl::StatusOr<log::Note> NoteOf(const std::string& seal) {
  if (log::ParseSealText(seal).ok()) return log::Note{seal, {}};
  return log::ParseNote(seal);
}

std::vector<std::string> StatementsOf(const v1::PostBatchRequest& batch) {
  return {batch.statements().begin(), batch.statements().end()};
}

absl::Status CheckLimits(const std::vector<std::string>& statements) {
  const size_t size = statements.size();
  if (size == 0 || size > domain::kBatchSizeMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a batch has 1 to %d statements, this one %d",
                        domain::kBatchSizeMax, size));
  }
  size_t length = 0;
  for (const std::string& one : statements) length += one.size();
  if (length > domain::kBatchLengthMax) {
    return absl::InvalidArgumentError(
        absl::StrFormat("a batch has at most %d bytes of statements, this one "
                        "%d",
                        domain::kBatchLengthMax, length));
  }
  return absl::OkStatus();
}

absl::StatusOr<judge::ParsedBatch> Parse(log::SealText seal,
                                         std::vector<std::string> statements) {
  auto parsed = judge::ParseStatements(std::move(seal), std::move(statements));
  if (const auto* error = std::get_if<judge::BatchError>(&parsed)) {
    return absl::InvalidArgumentError(
        std::string(judge::ToStatus(*error).message()));
  }
  return std::get<judge::ParsedBatch>(std::move(parsed));
}

}  // namespace

domain::Statement Salted(const crypto::Secret& salt_key, std::string reference,
                         domain::Body body) {
  domain::Statement statement;
  statement.salt = crypto::StatementSalt(salt_key.view(), reference);
  statement.reference = std::move(reference);
  statement.body = std::move(body);
  return statement;
}

absl::StatusOr<std::string> EncodeChecked(const domain::Statement& statement) {
  AMANAH_RETURN_IF_ERROR(domain::Validate(statement));
  std::string bytes = codec::EncodeStatement(statement);
  if (bytes.size() > domain::kStatementLengthMax) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "statement %s has %d bytes, the most is %d", statement.reference,
        bytes.size(), domain::kStatementLengthMax));
  }
  return bytes;
}

absl::StatusOr<v1::PostBatchRequest> ProposeBatch(
    const judge::LedgerId& ledger, std::string_view author,
    uint64_t last_second, std::vector<std::string> statements) {
  AMANAH_RETURN_IF_ERROR(CheckLimits(statements));
  log::SealText seal;
  seal.origin = ledger.origin;
  seal.genesis = ledger.genesis;
  seal.author = author;
  seal.last_second = last_second;
  seal.size = static_cast<uint32_t>(statements.size());
  seal.root = judge::RootOfStatements(statements);
  AMANAH_ASSIGN_OR_RETURN(judge::ParsedBatch parsed,
                          Parse(seal, std::move(statements)));
  v1::PostBatchRequest batch;
  batch.set_seal(log::FormatSealText(seal));
  for (std::string& one : parsed.bytes) batch.add_statements(std::move(one));
  return batch;
}

absl::Status SignBatch(std::string_view signer, const crypto::SigningKey& key,
                       v1::PostBatchRequest* batch) {
  AMANAH_ASSIGN_OR_RETURN(log::Note note, NoteOf(batch->seal()));
  log::NoteSignature signature = log::SignText(note.text, signer, key);
  if (std::find(note.signatures.begin(), note.signatures.end(), signature) !=
      note.signatures.end()) {
    return absl::AlreadyExistsError(
        absl::StrFormat("%s has signed this batch already", signer));
  }
  note.signatures.push_back(std::move(signature));
  batch->set_seal(log::FormatNote(note));
  return absl::OkStatus();
}

absl::StatusOr<v1::PostBatchRequest> SealBatch(
    const judge::LedgerId& ledger, std::string_view author,
    const crypto::SigningKey& key, uint64_t last_second,
    std::vector<std::string> statements) {
  AMANAH_ASSIGN_OR_RETURN(
      v1::PostBatchRequest batch,
      ProposeBatch(ledger, author, last_second, std::move(statements)));
  AMANAH_RETURN_IF_ERROR(SignBatch(author, key, &batch));
  return batch;
}

absl::StatusOr<OpenedBatch> OpenBatch(const v1::PostBatchRequest& batch) {
  AMANAH_ASSIGN_OR_RETURN(log::Note note, NoteOf(batch.seal()));
  AMANAH_ASSIGN_OR_RETURN(log::SealText seal, log::ParseSealText(note.text));
  std::vector<std::string> bytes = StatementsOf(batch);
  AMANAH_RETURN_IF_ERROR(CheckLimits(bytes));
  if (seal.size != bytes.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the seal covers %d statements, the batch has %d",
                        seal.size, bytes.size()));
  }
  AMANAH_ASSIGN_OR_RETURN(judge::ParsedBatch parsed,
                          Parse(std::move(seal), std::move(bytes)));
  OpenedBatch opened;
  opened.seal = std::move(parsed.seal);
  opened.signatures = std::move(note.signatures);
  for (domain::Prepared& one : parsed.prepared) {
    opened.statements.push_back(std::move(one.statement));
  }
  return opened;
}

absl::StatusOr<v1::PostBatchRequest> ReadBatchFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read the batch file %s", path.string()));
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  v1::PostBatchRequest batch;
  if (!batch.ParseFromString(bytes) || batch.seal().empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is not a batch file", path.string()));
  }
  return batch;
}

absl::Status WriteBatchFile(const fs::path& path,
                            const v1::PostBatchRequest& batch) {
  const fs::path next = path.string() + ".new";
  std::ofstream file(next, std::ios::binary | std::ios::trunc);
  file << batch.SerializeAsString();
  file.close();
  std::error_code error;
  if (file) fs::rename(next, path, error);
  if (!file || error) {
    return absl::UnknownError(
        absl::StrFormat("cannot write %s", path.string()));
  }
  return absl::OkStatus();
}

}  // namespace amanah::client

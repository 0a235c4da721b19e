// Batches in the author's hands: made from statements, sealed, kept in files
// (".batch": a serialised amanah.v1.PostBatchRequest) and read back.
//
// A proposal that nobody has signed yet has the seal's bare text in the place
// of the note.
#ifndef AMANAH_CLIENT_BATCH_FILE_H_
#define AMANAH_CLIENT_BATCH_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "amanah/v1/posting.pb.h"
#include "ledger/crypto/secret.h"
#include "ledger/crypto/signing.h"
#include "ledger/domain/statement.h"
#include "ledger/judge/batch.h"
#include "ledger/log/note.h"
#include "ledger/log/seal.h"

namespace amanah::client {

// How long a seal holds from when it is made.
inline constexpr int64_t kValidityOwnSeconds = int64_t{15} * 60;
inline constexpr int64_t kValidityProposalSeconds = int64_t{7} * 24 * 60 * 60;

// The statement with its salt (crypto::StatementSalt of the author's salt key).
domain::Statement Salted(const crypto::Secret& salt_key, std::string reference,
                         domain::Body body);

// The statement's bytes. INVALID_ARGUMENT: it does not pass domain::Validate(),
// or is longer than domain::kStatementLengthMax.
absl::StatusOr<std::string> EncodeChecked(const domain::Statement& statement);

// A batch without a signature. INVALID_ARGUMENT: no statement, more than 4,096,
// more than 1 MiB, or the same bytes twice.
absl::StatusOr<v1::PostBatchRequest> ProposeBatch(
    const judge::LedgerId& ledger, std::string_view author,
    uint64_t last_second, std::vector<std::string> statements);

// Adds `signer`'s signature to the batch's seal. ALREADY_EXISTS: it is there;
// INVALID_ARGUMENT: the seal is malformed.
absl::Status SignBatch(std::string_view signer, const crypto::SigningKey& key,
                       v1::PostBatchRequest* batch);

// ProposeBatch and SignBatch in one, by the author itself.
absl::StatusOr<v1::PostBatchRequest> SealBatch(
    const judge::LedgerId& ledger, std::string_view author,
    const crypto::SigningKey& key, uint64_t last_second,
    std::vector<std::string> statements);

// A batch as it can be shown: bytes, seal and statements agree.
struct OpenedBatch {
  log::SealText seal;
  // Not verified: who signed is known by name only.
  std::vector<log::NoteSignature> signatures;
  std::vector<domain::Statement> statements;
};

// INVALID_ARGUMENT: the seal is no seal, a statement is malformed, or the seal
// is not over these statements.
absl::StatusOr<OpenedBatch> OpenBatch(const v1::PostBatchRequest& batch);

// NOT_FOUND: no such file; INVALID_ARGUMENT: not a batch file.
absl::StatusOr<v1::PostBatchRequest> ReadBatchFile(
    const std::filesystem::path& path);
// Replaces the file if there is one. UNKNOWN: the system's answer.
absl::Status WriteBatchFile(const std::filesystem::path& path,
                            const v1::PostBatchRequest& batch);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_BATCH_FILE_H_

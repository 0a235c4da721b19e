// From what the ledger says to what the protocol says.
#ifndef AMANAH_SERVER_CONVERT_H_
#define AMANAH_SERVER_CONVERT_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "amanah/v1/entry.pb.h"
#include "amanah/v1/posting.pb.h"
#include "ledger/crypto/hash.h"
#include "ledger/domain/refusal.h"
#include "ledger/judge/problem.h"
#include "ledger/writer/ledger.h"

namespace amanah::server {

// Codes are the same numbers.
grpc::Status ToGrpc(const absl::Status& status);
// With the BatchError as a detail (google.rpc.Status).
grpc::Status ToGrpc(const judge::BatchError& error);

void ToProto(const judge::BatchError& error, v1::BatchError* out);
void ToProto(const domain::Outcome& outcome, v1::Outcome* out);
void ToProto(const writer::Acknowledgement& acknowledgement,
             v1::Acknowledgement* out);

inline std::string BytesOf(const crypto::Hash& hash) {
  return std::string(AsText(hash.view()));
}

}  // namespace amanah::server

#endif  // AMANAH_SERVER_CONVERT_H_

// What administrators say together: a command writes it to a batch file, each
// administrator looks at it and signs, and whoever comes last posts it.
#ifndef AMANAH_CLIENT_PROPOSING_H_
#define AMANAH_CLIENT_PROPOSING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/app.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// The flags that all proposals share.
struct ProposalFlags {
  std::string out;
  std::string reference;
  std::string valid_for = "7d";
  bool append = false;
  bool is_unsigned = false;
};

// --out, --append, --reference, --valid-for, --unsigned.
void AddProposalFlags(Command command, ProposalFlags* flags);

// Writes the statement to flags.out as the administrators' proposal; with
// --append behind those that are there, whose signatures then no longer hold
// and are dropped. Signed by the profile's authority, unless --unsigned. The
// reference is flags.reference, else `reference`. ALREADY_EXISTS: there is such
// a file, and no --append.
absl::StatusOr<ExitCode> Propose(Context& context, const ProposalFlags& flags,
                                 std::string reference, domain::Body body);

// Prints who proposed what to a file, and what is to be done next.
void ReportProposal(Context& context, const std::string& path,
                    const v1::PostBatchRequest& batch);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_PROPOSING_H_

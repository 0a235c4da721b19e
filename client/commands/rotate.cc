// Proposes an authority's next signing key.

#include <memory>

#include "client/app.h"
#include "client/commands.h"
#include "client/key_proof.h"
#include "client/proposing.h"
#include "client/reference.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string key_proof;
  ProposalFlags proposal;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(const KeyProof proof,
                          ReadKeyProof(options.key_proof, ledger, KeyRoles()));
  AMANAH_RETURN_IF_ERROR(ParseRole(proof.role).status());
  // The key tells this rotation from the next one.
  std::string reference = MakeReference(
      {"rotate", proof.name, EncodeHex(proof.key.key.view().first(6))});
  return Propose(context, options.proposal, std::move(reference),
                 domain::KeyRotated{proof.name, proof.key});
}

}  // namespace

void AddRotate(Command app, Context& context) {
  Command command =
      app.AddCommand("rotate", "Propose an authority's next signing key");
  auto options = std::make_shared<Options>();
  command
      .AddOption("--key-proof", options->key_proof,
                 "What the authority made of its new key with `amanah key "
                 "prove`; its pins stay as they are")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command, {{"a bank's next key",
                   "amanah rotate --key-proof bank-jatim-2.proof --out "
                   "rotate-bank-jatim.batch"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

// Proposes the next of one of the ledger's own keys.

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

using domain::LedgerKeyKind;

struct Options {
  std::string key_proof;
  ProposalFlags proposal;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  const std::string checkpoint(LedgerKeyRoleName(LedgerKeyKind::kCheckpoint));
  const std::string statement(LedgerKeyRoleName(LedgerKeyKind::kStatement));
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(
      const KeyProof proof,
      ReadKeyProof(options.key_proof, ledger, {checkpoint, statement}));
  domain::LedgerKeyRotated body;
  body.kind = proof.role == checkpoint ? LedgerKeyKind::kCheckpoint
                                       : LedgerKeyKind::kStatement;
  body.key_name = proof.name;
  body.key = proof.key;
  std::string reference = MakeReference(
      {"rotate", proof.role, EncodeHex(proof.key.key.view().first(6))});
  return Propose(context, options.proposal, std::move(reference),
                 std::move(body));
}

}  // namespace

void AddLedgerKey(Command app, Context& context) {
  Command group = app.AddGroup("ledger-key", "The ledger's own two keys");
  Command command = group.AddCommand(
      "rotate", "Propose the next of one of them; the server must hold it");
  auto options = std::make_shared<Options>();
  command
      .AddOption("--key-proof", options->key_proof,
                 "Made with `amanah key prove --role ledger-checkpoint` or "
                 "ledger-statement")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command, {{"the next key for checkpoints",
                   "amanah ledger-key rotate --key-proof checkpoint-2.proof "
                   "--out rotate-checkpoint.batch"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

// Writes the opening of a ledger: entry 0, for its administrators to sign and
// for `amanahd init` to record.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "client/app.h"
#include "client/arguments.h"
#include "client/batch_file.h"
#include "client/commands.h"
#include "client/key_proof.h"
#include "client/proposing.h"
#include "ledger/base/status.h"
#include "ledger/crypto/random.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/witness_policy.h"

namespace amanah::client {
namespace {

using domain::LedgerKeyKind;

struct Options {
  std::vector<std::string> administrators;
  std::string checkpoint_key;
  std::string statement_key;
  uint32_t threshold = 2;
  uint32_t rules_version = 1;
  std::string witness_policy;
  std::string predecessor_origin;
  std::string predecessor_checkpoint;
  std::string valid_for = "7d";
  std::string out;
  bool sign = false;
};

absl::Status AddAdministrators(const Options& options,
                               const judge::LedgerId& ledger,
                               domain::LedgerOpened* opened) {
  const std::string role(RoleName(domain::Role::kAdministrator));
  for (const std::string& path : options.administrators) {
    AMANAH_ASSIGN_OR_RETURN(KeyProof proof, ReadKeyProof(path, ledger, {role}));
    opened->administrators.push_back({std::move(proof.name),
                                      std::move(proof.institution), proof.key,
                                      std::move(proof.pins)});
  }
  std::sort(opened->administrators.begin(), opened->administrators.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return absl::OkStatus();
}

absl::StatusOr<domain::NewKey> LedgerKey(const std::string& path,
                                         const judge::LedgerId& ledger,
                                         LedgerKeyKind kind) {
  AMANAH_ASSIGN_OR_RETURN(
      const KeyProof proof,
      ReadKeyProof(path, ledger, {std::string(LedgerKeyRoleName(kind))}));
  return proof.key;
}

absl::StatusOr<domain::LedgerOpened> Opening(const Options& options,
                                             const judge::LedgerId& ledger) {
  domain::LedgerOpened opened;
  opened.origin = ledger.origin;
  opened.rules_version = options.rules_version;
  crypto::FillRandom(opened.nonce);
  opened.threshold = options.threshold;
  AMANAH_RETURN_IF_ERROR(AddAdministrators(options, ledger, &opened));
  AMANAH_ASSIGN_OR_RETURN(
      opened.checkpoint_key,
      LedgerKey(options.checkpoint_key, ledger, LedgerKeyKind::kCheckpoint));
  AMANAH_ASSIGN_OR_RETURN(
      opened.statement_key,
      LedgerKey(options.statement_key, ledger, LedgerKeyKind::kStatement));
  if (!options.witness_policy.empty()) {
    AMANAH_ASSIGN_OR_RETURN(opened.witness_policy,
                            ReadText(options.witness_policy));
    // Entry 0 cannot be mended afterwards.
    const auto policy = log::ParseWitnessPolicy(opened.witness_policy);
    if (!policy.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s is no witness policy: %s", options.witness_policy,
                          std::string(policy.status().message())));
    }
  }
  if (!options.predecessor_origin.empty()) {
    AMANAH_ASSIGN_OR_RETURN(std::string checkpoint,
                            ReadText(options.predecessor_checkpoint));
    opened.predecessor = {options.predecessor_origin, std::move(checkpoint)};
  }
  return opened;
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  if (!log::IsValidOrigin(profile->origin)) {
    return absl::InvalidArgumentError("give the ledger's name: --origin");
  }
  const judge::LedgerId ledger{profile->origin, {}};
  AMANAH_ASSIGN_OR_RETURN(const int64_t span, ParseSpan(options.valid_for));
  AMANAH_ASSIGN_OR_RETURN(domain::LedgerOpened opened,
                          Opening(options, ledger));
  domain::Statement statement;
  statement.reference = "opening";
  // The nonce makes every opening another one; its salt needs no key.
  crypto::FillRandom(statement.salt);
  statement.body = std::move(opened);
  AMANAH_ASSIGN_OR_RETURN(std::string bytes, EncodeChecked(statement));
  AMANAH_ASSIGN_OR_RETURN(
      v1::PostBatchRequest batch,
      ProposeBatch(ledger, domain::kAdministrators,
                   context.NowSeconds() + static_cast<uint64_t>(span),
                   {std::move(bytes)}));
  if (options.sign) {
    AMANAH_ASSIGN_OR_RETURN(const std::string signer, context.authority());
    AMANAH_ASSIGN_OR_RETURN(const crypto::SigningKey key,
                            context.signing_key());
    AMANAH_RETURN_IF_ERROR(SignBatch(signer, key, &batch));
  }
  AMANAH_RETURN_IF_ERROR(
      WriteNewFile(options.out, batch.SerializeAsString(), false));
  ReportProposal(context, options.out, batch);
  context.output().Line(
      "An opening is not posted: `amanahd init` records it, and prints the "
      "hash that profiles pin as genesis.");
  return ExitCode::kDone;
}

void AddOptions(Command command, Options* options) {
  command
      .AddOption("--administrator", options->administrators,
                 "Key proof of each first administrator (amanah key prove "
                 "--opening)")
      .Required();
  command
      .AddOption("--checkpoint-key", options->checkpoint_key,
                 "Key proof of the key that signs checkpoints")
      .Required();
  command
      .AddOption("--statement-key", options->statement_key,
                 "Key proof of the key for the ledger's own statements")
      .Required();
  command
      .AddOption("--threshold", options->threshold,
                 "How many administrators speak together")
      .ShowDefault();
  command
      .AddOption("--rules", options->rules_version,
                 "Rules version that judges from entry 1 on")
      .ShowDefault();
  command.AddOption("--witness-policy", options->witness_policy,
                    "File with a C2SP tlog-policy");
  const CommandOption origin =
      command.AddOption("--predecessor-origin", options->predecessor_origin,
                        "The ledger that this one continues");
  command
      .AddOption("--predecessor-checkpoint", options->predecessor_checkpoint,
                 "File with its last checkpoint")
      .Needs(origin);
  command
      .AddOption("--valid-for", options->valid_for,
                 "How long it may be recorded, such as 12h or 7d")
      .ShowDefault();
  command.AddFlag("--sign", options->sign, "Sign it with the profile's key");
  command.AddOption("-o,--out", options->out, "Batch file to write").Required();
}

}  // namespace

void AddInit(Command app, Context& context) {
  Command command = app.AddCommand(
      "init", "Write the opening of a ledger, for its administrators to sign");
  auto options = std::make_shared<Options>();
  AddOptions(command, options.get());
  Teach(command,
        {{"a ledger of three administrators, any two of them together",
          "amanah init --origin ledger.example/mojokerto --administrator "
          "ani.proof budi.proof citra.proof --checkpoint-key checkpoint.proof "
          "--statement-key statement.proof --out opening.batch"},
         {"an administrator looks at it and signs",
          "amanah sign opening.batch --yes --authority ani --signing-key "
          "keys/ani/signing.key"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

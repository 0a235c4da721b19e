// Proposes a new authority.

#include <memory>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/key_proof.h"
#include "client/proposing.h"
#include "client/reference.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::string key_proof;
  std::string institution;
  std::vector<std::string> programs;
  std::vector<std::string> regions;
  uint32_t quota = 0;
  ProposalFlags proposal;
};

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const judge::LedgerId ledger, context.ledger());
  AMANAH_ASSIGN_OR_RETURN(KeyProof proof,
                          ReadKeyProof(options.key_proof, ledger, KeyRoles()));
  domain::AuthorityEnrolled body;
  AMANAH_ASSIGN_OR_RETURN(body.role, ParseRole(proof.role));
  body.name = proof.name;
  body.institution =
      options.institution.empty() ? proof.institution : options.institution;
  AMANAH_ASSIGN_OR_RETURN(body.programs,
                          Ascending("--program", options.programs));
  AMANAH_ASSIGN_OR_RETURN(body.regions, Ascending("--region", options.regions));
  body.key = proof.key;
  body.pins = std::move(proof.pins);
  body.daily_quota = options.quota;
  std::string reference = MakeReference({"enrol", body.name});
  return Propose(context, options.proposal, std::move(reference),
                 std::move(body));
}

}  // namespace

void AddEnrol(Command app, Context& context) {
  Command command = app.AddCommand("enrol", "Propose a new authority");
  auto options = std::make_shared<Options>();
  command
      .AddOption("--key-proof", options->key_proof,
                 "What the authority made with `amanah key prove`")
      .Required();
  command.AddOption("--institution", options->institution,
                    "Code of its institution, in place of the proof's");
  command.AddOption("--program", options->programs,
                    "Programs it may speak of; none: all");
  command.AddOption("--region", options->regions,
                    "Regions it may speak of; none: all");
  command.AddOption("--quota", options->quota, "Entries it may add on one day")
      .Required();
  AddProposalFlags(command, &options->proposal);
  Teach(command,
        {{"a bank that pays two programs in one city",
          "amanah enrol --key-proof bank-jatim.proof --program pkh sembako "
          "--region 35.76 --quota 200000 --out enrol-bank-jatim.batch"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

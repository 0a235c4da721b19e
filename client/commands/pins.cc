// Replaces our own TLS pins.

#include <algorithm>
#include <memory>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/posting.h"
#include "client/reference.h"
#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

struct Options {
  std::vector<std::string> certificates;
  std::string reference;
};

// Whoever drops the certificate that he calls with shuts himself out.
absl::Status WarnIfShutOut(Context& context,
                           const std::vector<domain::Pin>& pins) {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  if (profile->certificate.empty()) return absl::OkStatus();
  AMANAH_ASSIGN_OR_RETURN(const auto ours,
                          PinsOf({profile->certificate.string()}));
  if (std::find(pins.begin(), pins.end(), ours[0]) == pins.end()) {
    context.output().Warn(absl::StrFormat(
        "%s is not among them: the next command needs another certificate",
        profile->certificate.string()));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  domain::PinsChanged body;
  AMANAH_ASSIGN_OR_RETURN(body.pins, PinsOf(options.certificates));
  AMANAH_RETURN_IF_ERROR(WarnIfShutOut(context, body.pins));
  std::string all;
  for (const domain::Pin& pin : body.pins) Append(&all, pin.view());
  std::string reference =
      options.reference.empty()
          ? MakeReference(
                {"pins",
                 EncodeHex(crypto::Sha256(AsBytes(all)).view().first(6))})
          : options.reference;
  return SayAndReport(context, {{std::move(reference), std::move(body)}});
}

}  // namespace

void AddPins(Command app, Context& context) {
  Command command = app.AddCommand(
      "pins",
      "Say which TLS certificates we call with, in place of all earlier ones");
  auto options = std::make_shared<Options>();
  command
      .AddOption("CERTIFICATE", options->certificates,
                 "PEM files, 1 to 8; keep the one in use until the next works")
      .Required();
  command.AddOption("--reference", options->reference,
                    "The statement's reference. To go back to pins that "
                    "were in force before, give a new one");
  Teach(command, {{"before the old certificate runs out",
                   "amanah pins keys/bank-jatim/tls.pem "
                   "keys/bank-jatim-2/tls.pem"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

#include "client/queries/asking.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "ledger/base/base64.h"
#include "ledger/base/status.h"

namespace amanah::client {

using nlohmann::ordered_json;

absl::StatusOr<Asked> BeginAsking(Context& context) {
  Asked asked;
  AMANAH_ASSIGN_OR_RETURN(asked.verifier, context.verifier());
  AMANAH_ASSIGN_OR_RETURN(asked.remote, context.remote());
  AMANAH_RETURN_IF_ERROR(asked.verifier->Prepare());
  return asked;
}

absl::Status NotSo(std::string_view why) {
  return absl::DataLossError(absl::StrFormat("%s", why));
}

void MarkAs(Output* output, Standing standing, std::string_view what) {
  const Tone tone =
      standing == Standing::kProved ? Tone::kGood : Tone::kWarning;
  output->Line(absl::StrFormat(
      "%s %s",
      output->Toned(tone, absl::StrFormat("[%s]", StandingText(standing))),
      what));
}

ordered_json MessageJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return nullptr;
  return ordered_json::parse(text, nullptr, false);
}

ordered_json CheckpointJson(const log::Checkpoint& checkpoint) {
  return {{"size", checkpoint.size},
          {"root", EncodeBase64(checkpoint.root.view())}};
}

std::string CheckpointText(const log::Checkpoint& checkpoint) {
  return absl::StrFormat("the checkpoint of %s entries, root %s",
                         FormatCount(checkpoint.size),
                         EncodeBase64(checkpoint.root.view()));
}

}  // namespace amanah::client

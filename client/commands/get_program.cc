// A program as it is defined now.

#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "client/commands/get.h"
#include "client/queries/asking.h"
#include "client/queries/telling.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

// A server proves at most this many entries in one answer.
constexpr size_t kProofEntriesMax = 100;

// The newest of the definitions, which must be of this program and, where all
// of them are shown, one after another.
absl::StatusOr<const VerifiedProof::Item*> NewestOf(const VerifiedProof& proof,
                                                    const std::string& code) {
  const VerifiedProof::Item* newest = nullptr;
  uint32_t version = 0;
  for (const VerifiedProof::Item& item : proof.items) {
    const auto* defined =
        item.content.has_value()
            ? std::get_if<domain::ProgramDefined>(&item.content->statement.body)
            : nullptr;
    if (defined == nullptr || defined->program != code ||
        !item.content->entry.outcome.accepted()) {
      return NotSo(absl::StrFormat("entry %d does not define the program",
                                   item.sequence));
    }
    const bool follows = proof.items.size() < kProofEntriesMax
                             ? defined->version == version + 1
                             : defined->version > version;
    if (!follows) {
      return NotSo(absl::StrFormat(
          "entry %d defines version %d of the program after version %d",
          item.sequence, defined->version, version));
    }
    version = defined->version;
    newest = &item;
  }
  if (newest == nullptr) return NotSo("the server shows no definition");
  return newest;
}

absl::Status ComparePrograms(const v1::ProgramDefined& stated,
                             const VerifiedProof::Item& newest) {
  v1::Statement statement;
  const bool same =
      statement.ParseFromString(newest.content->entry.statement) &&
      google::protobuf::util::MessageDifferencer::Equals(
          stated, statement.program_defined());
  if (same) return absl::OkStatus();
  return NotSo(absl::StrFormat(
      "the server gives the program another definition than entry %d proves",
      newest.sequence));
}

absl::StatusOr<ExitCode> Run(Context& context, const std::string& code) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::GetProgramRequest request;
  request.set_program(code);
  AMANAH_ASSIGN_OR_RETURN(const v1::GetProgramResponse answer,
                          asked.remote->GetProgram(request));
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof proof,
                          asked.verifier->VerifyProof(answer.proof()));
  const bool truncated = proof.items.size() >= kProofEntriesMax;
  AMANAH_RETURN_IF_ERROR(Story::Of(proof, truncated).status());
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof::Item* const newest,
                          NewestOf(proof, code));
  AMANAH_RETURN_IF_ERROR(ComparePrograms(answer.program(), *newest));
  Output& output = context.output();
  TellEntries(&output, proof.items);
  MarkAs(&output, Standing::kProved,
         "these entries, their seals and their place in the log");
  MarkAs(&output, Standing::kStated, "that there is no later version");
  TellProof(&output, proof.checkpoint, newest->sequence);
  output.Json({{"proved",
                {{"answer", MessageJson(answer.program())},
                 {"entries", EntriesJson(proof.items)},
                 {"checkpoint", CheckpointJson(proof.checkpoint)}}},
               {"stated", {{"complete", "that there is no later version"}}}});
  return ExitCode::kDone;
}

}  // namespace

void AddGetProgram(Command get, Context& context) {
  Command command = get.AddCommand("program", "A program and all its versions");
  auto code = std::make_shared<std::string>();
  command.AddOption("PROGRAM", *code, "Its code").Required();
  Teach(command,
        {{"what the program pays, and to whom", "amanah get program pkh"}});
  OnRun(command, context, [&context, code] { return Run(context, *code); });
}

}  // namespace amanah::client

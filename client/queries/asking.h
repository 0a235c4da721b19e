// What the commands that ask questions share: who is asked, and how it is said
// what of an answer is proved and what is stated.
#ifndef AMANAH_CLIENT_QUERIES_ASKING_H_
#define AMANAH_CLIENT_QUERIES_ASKING_H_

#include <google/protobuf/message.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/app.h"

namespace amanah::client {

struct Asked {
  Remote* remote = nullptr;
  Verifier* verifier = nullptr;
};
// Both of the context, and what was seen of the ledger before is read: whatever
// the server then calls newest cannot be older than that.
absl::StatusOr<Asked> BeginAsking(Context& context);

// DATA_LOSS: the server's answer is not so, or contradicts itself.
absl::Status NotSo(std::string_view why);

// "[proved] what stands in these entries", in colour.
void MarkAs(Output* output, Standing standing, std::string_view what);

// A message by its protocol names; amounts as minor units.
nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);
// Size and root.
nlohmann::ordered_json CheckpointJson(const log::Checkpoint& checkpoint);
// "the checkpoint of 1,024 entries, root <base64>".
std::string CheckpointText(const log::Checkpoint& checkpoint);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_QUERIES_ASKING_H_

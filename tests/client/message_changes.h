// Every small change that can be made to a message: each scalar of it and of
// its parts altered, each part left out, doubled or swapped with the next.
#ifndef AMANAH_TESTS_CLIENT_MESSAGE_CHANGES_H_
#define AMANAH_TESTS_CLIENT_MESSAGE_CHANGES_H_

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <vector>

namespace amanah::testing_support {

struct MessageChange {
  // "proof.entries[1].entry: a bit of the middle"
  std::string what;
  // Applies to the message it was found in, or to an equal one.
  std::function<void(google::protobuf::Message*)> apply;
};

std::vector<MessageChange> ChangesOf(const google::protobuf::Message& message);

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CLIENT_MESSAGE_CHANGES_H_

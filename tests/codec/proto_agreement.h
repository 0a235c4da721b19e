// What protobuf's own generated classes make of bytes that our codec accepts.
#ifndef AMANAH_TESTS_CODEC_PROTO_AGREEMENT_H_
#define AMANAH_TESTS_CODEC_PROTO_AGREEMENT_H_

#include <string>

#include "amanah/v1/entry.pb.h"
#include "amanah/v1/statement.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace amanah::testing_support {

// What the class writes after it parsed `bytes`; "unparsable" if it does not.
template <typename Message>
std::string Reserialised(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) return "unparsable";
  std::string out;
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CODEC_PROTO_AGREEMENT_H_

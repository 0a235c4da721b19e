#include "tests/client/message_changes.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_format.h"

namespace amanah::testing_support {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Finds the message that holds what is changed.
using Locate = std::function<Message*(Message*)>;

class Finder {
 public:
  explicit Finder(std::vector<MessageChange>* out) : out_(out) {}

  void Visit(const Message& message, const std::string& path,
             const Locate& locate) {
    const auto* descriptor = message.GetDescriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* field = descriptor->field(i);
      const std::string name = path + std::string(field->name());
      if (field->is_repeated()) {
        Repeated(message, field, name, locate);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Single(message, field, name, locate);
      } else {
        Scalar(message, field, name, locate);
      }
    }
  }

 private:
  using Alter =
      std::function<void(const Reflection*, Message*, const FieldDescriptor*)>;

  void Add(const std::string& what, const Locate& locate,
           const FieldDescriptor* field, Alter alter) {
    out_->push_back(
        {what, [locate, field, alter = std::move(alter)](Message* root) {
           Message* holder = locate(root);
           alter(holder->GetReflection(), holder, field);
         }});
  }

  void Single(const Message& message, const FieldDescriptor* field,
              const std::string& name, const Locate& locate) {
    const Reflection* reflection = message.GetReflection();
    if (!reflection->HasField(message, field)) {
      Add(name + ": made", locate, field,
          [](const auto* r, Message* m, const auto* f) {
            r->MutableMessage(m, f);
          });
      return;
    }
    Add(name + ": left out", locate, field,
        [](const auto* r, Message* m, const auto* f) { r->ClearField(m, f); });
    Visit(reflection->GetMessage(message, field), name + ".",
          [locate, field](Message* root) {
            Message* holder = locate(root);
            return holder->GetReflection()->MutableMessage(holder, field);
          });
  }

  void Repeated(const Message& message, const FieldDescriptor* field,
                const std::string& name, const Locate& locate) {
    const Reflection* reflection = message.GetReflection();
    const int size = reflection->FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      const std::string element = absl::StrFormat("%s[%d]", name, i);
      Add(element + ": left out", locate, field,
          [i](const auto* r, Message* m, const auto* f) {
            for (int k = i; k + 1 < r->FieldSize(*m, f); ++k) {
              r->SwapElements(m, f, k, k + 1);
            }
            r->RemoveLast(m, f);
          });
      Add(element + ": doubled", locate, field,
          [i](const auto* r, Message* m, const auto* f) {
            Double(r, m, f, i);
          });
      if (i + 1 < size) {
        Add(element + ": swapped with the next", locate, field,
            [i](const auto* r, Message* m, const auto* f) {
              r->SwapElements(m, f, i, i + 1);
            });
      }
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Visit(reflection->GetRepeatedMessage(message, field, i), element + ".",
              [locate, field, i](Message* root) {
                Message* holder = locate(root);
                return holder->GetReflection()->MutableRepeatedMessage(
                    holder, field, i);
              });
      } else {
        Add(element + ": a bit", locate, field,
            [i](const auto* r, Message* m, const auto* f) {
              std::string value = r->GetRepeatedString(*m, f, i);
              if (!value.empty()) value[value.size() / 2] ^= 4;
              r->SetRepeatedString(m, f, i, value);
            });
        Add(element + ": cut short", locate, field,
            [i](const auto* r, Message* m, const auto* f) {
              std::string value = r->GetRepeatedString(*m, f, i);
              if (!value.empty()) value.pop_back();
              r->SetRepeatedString(m, f, i, value);
            });
      }
    }
  }

  static void Double(const Reflection* r, Message* m, const FieldDescriptor* f,
                     int i) {
    if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const std::string bytes =
          r->GetRepeatedMessage(*m, f, i).SerializeAsString();
      r->AddMessage(m, f)->ParseFromString(bytes);
    } else {
      r->AddString(m, f, r->GetRepeatedString(*m, f, i));
    }
    // Beside the one it doubles.
    for (int k = r->FieldSize(*m, f) - 1; k > i + 1; --k) {
      r->SwapElements(m, f, k, k - 1);
    }
  }

  void Scalar(const Message& message, const FieldDescriptor* field,
              const std::string& name, const Locate& locate) {
    if (field->has_presence() &&
        message.GetReflection()->HasField(message, field)) {
      Add(name + ": left out", locate, field,
          [](const auto* r, Message* m, const auto* f) {
            r->ClearField(m, f);
          });
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        Add(name + ": the other", locate, field,
            [](const auto* r, Message* m, const auto* f) {
              r->SetBool(m, f, !r->GetBool(*m, f));
            });
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        Text(message.GetReflection()->GetString(message, field), name, locate,
             field);
        return;
      default:
        for (const int64_t by : {1, -1, 1 << 20}) {
          Add(absl::StrFormat("%s: %+d", name, by), locate, field,
              [by](const auto* r, Message* m, const auto* f) {
                Shift(r, m, f, by);
              });
        }
        return;
    }
  }

  static void Shift(const Reflection* r, Message* m, const FieldDescriptor* f,
                    int64_t by) {
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        r->SetInt32(m, f, r->GetInt32(*m, f) + static_cast<int32_t>(by));
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        r->SetUInt32(m, f, r->GetUInt32(*m, f) + static_cast<uint32_t>(by));
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        r->SetInt64(m, f, r->GetInt64(*m, f) + by);
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        r->SetUInt64(m, f, r->GetUInt64(*m, f) + static_cast<uint64_t>(by));
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        r->SetEnumValue(m, f, r->GetEnumValue(*m, f) + static_cast<int>(by));
        return;
      default:
        return;
    }
  }

  void Text(const std::string& value, const std::string& name,
            const Locate& locate, const FieldDescriptor* field) {
    const auto add = [&](const char* what, std::string changed) {
      if (changed == value) return;
      Add(name + ": " + what, locate, field,
          [changed = std::move(changed)](const auto* r, Message* m,
                                         const auto* f) {
            r->SetString(m, f, changed);
          });
    };
    add("emptied", "");
    add("one more", value + "1");
    if (value.empty()) return;
    add("one less", value.substr(0, value.size() - 1));
    for (const auto& [what, at] :
         {std::pair{"a bit of the first", size_t{0}},
          std::pair{"a bit of the middle", value.size() / 2},
          std::pair{"a bit of the last", value.size() - 1}}) {
      std::string changed = value;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      add(what, std::move(changed));
    }
  }

  std::vector<MessageChange>* out_;
};

}  // namespace

std::vector<MessageChange> ChangesOf(const Message& message) {
  std::vector<MessageChange> changes;
  Finder(&changes).Visit(message, "", [](Message* root) { return root; });
  return changes;
}

}  // namespace amanah::testing_support

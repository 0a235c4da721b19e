// Tables of a TOML file, read strictly: a key that nobody asks for is a fault,
// as is a value of another kind. For the .cc files of this folder.
#ifndef AMANAH_CLIENT_IMPORT_TOML_SECTION_H_
#define AMANAH_CLIENT_IMPORT_TOML_SECTION_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "ledger/base/toml.h"

namespace amanah::client {

// The first fault of a mapping; what is read after it does not matter.
class Faults {
 public:
  explicit Faults(std::string_view file) : file_(file) {}

  void Add(const toml::node* node, const std::string& what) {
    if (!status_.ok()) return;
    const auto line = node == nullptr ? 0 : node->source().begin.line;
    const std::string place =
        line == 0 ? file_ : absl::StrFormat("%s line %d", file_, line);
    status_ =
        absl::InvalidArgumentError(absl::StrFormat("%s: %s", place, what));
  }
  const absl::Status& status() const { return status_; }

 private:
  const std::string file_;
  absl::Status status_;
};

// One table: what is asked for is known; the rest is a fault.
class Section {
 public:
  Section(const toml::table* table, std::string name, Faults* faults)
      : table_(table), name_(std::move(name)), faults_(faults) {}

  // Null when the key is absent.
  const toml::node* Find(const std::string& key) {
    known_.insert(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }
  const toml::node* Need(const std::string& key) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      faults_->Add(table_, absl::StrFormat("%s is missing", PathOf(key)));
    }
    return node;
  }

  std::optional<std::string> Text(const std::string& key) {
    return Value<std::string>(key, "a text");
  }
  bool Flag(const std::string& key, bool otherwise) {
    return Value<bool>(key, "true or false").value_or(otherwise);
  }
  std::optional<uint64_t> Count(const std::string& key) {
    const auto value = Value<int64_t>(key, "a whole number");
    if (value.has_value() && *value < 0) Bad(key, "is negative");
    if (!value.has_value() || *value < 0) return std::nullopt;
    return static_cast<uint64_t>(*value);
  }
  // One ASCII character; `none` when the text is empty.
  char Sign(const std::string& key, char otherwise) {
    const auto text = Text(key);
    if (!text.has_value()) return otherwise;
    if (text->empty()) return 0;
    const char c = text->front();
    if (text->size() != 1 || static_cast<unsigned char>(c) >= 0x80 ||
        c == '\n' || c == '\r') {
      Bad(key, "is not one ASCII character");
    }
    return c;
  }
  std::vector<std::string> Texts(const std::string& key) {
    std::vector<std::string> texts;
    const toml::node* node = Find(key);
    if (node == nullptr) return texts;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      Bad(key, "is not a list of texts");
      return texts;
    }
    for (const toml::node& item : *array) {
      const auto text = item.value_exact<std::string>();
      if (!text.has_value()) Bad(key, "is not a list of texts");
      texts.push_back(text.value_or(""));
    }
    return texts;
  }
  Section Table(const std::string& key) {
    const toml::node* node = Find(key);
    if (node != nullptr && !node->is_table()) Bad(key, "is not a table");
    return {node == nullptr ? nullptr : node->as_table(), PathOf(key), faults_};
  }

  void Bad(const std::string& key, const std::string& what) {
    const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
    const char* gap = what.front() == ':' ? "" : " ";
    faults_->Add(node, absl::StrFormat("%s%s%s", PathOf(key), gap, what));
  }
  void End() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
      const std::string text(key.str());
      if (known_.count(text) == 0) {
        faults_->Add(
            &node, absl::StrFormat("%s is no key of a mapping", PathOf(text)));
      }
    }
  }

  bool exists() const { return table_ != nullptr; }
  const toml::table* table() const { return table_; }
  std::string PathOf(const std::string& key) const {
    return name_.empty() ? key : absl::StrFormat("%s.%s", name_, key);
  }
  Faults* faults() { return faults_; }

 private:
  template <typename T>
  std::optional<T> Value(const std::string& key, const char* kind) {
    const toml::node* node = Find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<T> value = node->value_exact<T>();
    if (!value.has_value()) Bad(key, absl::StrFormat("is not %s", kind));
    return value;
  }

  const toml::table* table_;
  const std::string name_;
  Faults* faults_;
  std::set<std::string> known_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_TOML_SECTION_H_

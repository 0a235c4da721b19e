#include "client/import/template.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace amanah::client {

absl::StatusOr<Template> Template::Parse(std::string_view text) {
  Template parsed;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) parsed.parts_.push_back({false, literal, 0});
    literal.clear();
  };
  const auto bad = [&](const char* why) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the text \"%s\" has %s", text, why));
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      literal.push_back(c);
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == c) {
      literal.push_back(c);
      ++i;
      continue;
    }
    if (c == '}') return bad("a } without its {");
    const size_t end = text.find('}', i);
    if (end == std::string_view::npos) return bad("a { without its }");
    if (end == i + 1) return bad("no column between { and }");
    end_literal();
    parsed.parts_.push_back(
        {true, std::string(text.substr(i + 1, end - i - 1)), 0});
    i = end;
  }
  end_literal();
  return parsed;
}

Template Template::OfColumn(std::string_view name) {
  Template parsed;
  parsed.parts_.push_back({true, std::string(name), 0});
  return parsed;
}

bool Template::constant() const {
  return std::none_of(parts_.begin(), parts_.end(),
                      [](const Part& part) { return part.column; });
}

bool Template::IsColumn(std::string_view name) const {
  return parts_.size() == 1 && parts_[0].column && parts_[0].text == name;
}

absl::Status Template::Bind(const std::vector<std::string>& columns) {
  for (Part& part : parts_) {
    if (!part.column) continue;
    const auto found = std::find(columns.begin(), columns.end(), part.text);
    if (found == columns.end()) {
      std::string all;
      for (const std::string& column : columns) {
        all += absl::StrFormat("%s\"%s\"", all.empty() ? "" : ", ", column);
      }
      return absl::InvalidArgumentError(absl::StrFormat(
          "no column \"%s\"; the columns are %s", part.text, all));
    }
    if (std::find(found + 1, columns.end(), part.text) != columns.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("two columns \"%s\"", part.text));
    }
    part.index = static_cast<size_t>(found - columns.begin());
  }
  return absl::OkStatus();
}

std::string Template::Render(std::span<const std::string_view> fields) const {
  std::string rendered;
  for (const Part& part : parts_) {
    rendered += part.column ? fields[part.index] : part.text;
  }
  return rendered;
}

std::string Template::Place(std::string_view field_name) const {
  std::string place;
  for (const Part& part : parts_) {
    if (!part.column) continue;
    place += absl::StrFormat("%s\"%s\"", place.empty() ? "column " : ", ",
                             part.text);
  }
  return place.empty() ? absl::StrFormat("field %s", field_name) : place;
}

}  // namespace amanah::client

// Texts with columns in them: "{UF}.{CODE}" is the value of column UF, a dot
// and the value of column CODE; "credited" is the same for every row. "{{" and
// "}}" stand for a brace.
#ifndef AMANAH_CLIENT_IMPORT_TEMPLATE_H_
#define AMANAH_CLIENT_IMPORT_TEMPLATE_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace amanah::client {

class Template {
 public:
  // INVALID_ARGUMENT: a brace without its partner, or no name between them.
  static absl::StatusOr<Template> Parse(std::string_view text);
  // The value of one column.
  static Template OfColumn(std::string_view name);

  bool constant() const;
  // Whether it is the value of that column and nothing else.
  bool IsColumn(std::string_view name) const;

  // Finds its columns in a file. INVALID_ARGUMENT: the file has no such column,
  // or two.
  absl::Status Bind(const std::vector<std::string>& columns);

  // Requires: Bind() with the columns of these fields.
  std::string Render(std::span<const std::string_view> fields) const;

  // How messages name where a value comes from: `column "UF"`, or `field
  // region` when it is the same in every row.
  std::string Place(std::string_view field_name) const;

 private:
  struct Part {
    bool column = false;
    std::string text;  // literal, or the column's name
    size_t index = 0;
  };
  std::vector<Part> parts_;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_TEMPLATE_H_

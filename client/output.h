// What a command prints: words and tables for a person, or with --json one
// document for a program. Results go to standard output, all else to standard
// error.
#ifndef AMANAH_CLIENT_OUTPUT_H_
#define AMANAH_CLIENT_OUTPUT_H_

#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/domain/money.h"

namespace amanah::client {

// How much is known of what is printed.
enum class Standing : uint8_t {
  kProved,  // entry, seal and inclusion were checked here
  kStated,  // the server says so, and could leave something out
};

// "proved", "stated by the server".
std::string_view StandingText(Standing standing);

enum class Tone : uint8_t { kPlain, kGood, kBad, kWarning, kDim, kStrong };

// Rows under a heading. Numbers and amounts are set to the right.
struct Table {
  struct Column {
    std::string heading;
    bool right = false;
  };
  std::vector<Column> columns;
  // Each as long as `columns`.
  std::vector<std::vector<std::string>> rows;
};

// "Label  value" lines, the values below each other.
using Fields = std::vector<std::pair<std::string, std::string>>;

struct OutputOptions {
  bool json = false;
  bool colour = false;    // standard output is a terminal, and NO_COLOR unset
  bool progress = false;  // standard error is a terminal, and not --json
};

// The streams must outlive it. Not thread-safe.
class Output {
 public:
  Output(std::ostream* out, std::ostream* error) : out_(out), error_(error) {}

  void set_options(const OutputOptions& options) { options_ = options; }
  bool json() const { return options_.json; }
  bool shows_progress() const { return options_.progress; }

  // For a person; with --json these print nothing.
  void Line(std::string_view text = "");
  void Print(const Table& table);
  void Print(const Fields& fields);
  // A line that says how far the lines above it may be relied on.
  void Mark(Standing standing);

  // For a program, indented; without --json this prints nothing. Once a run,
  // but for those that watch.
  void Json(const nlohmann::ordered_json& document);
  // Whether it was called: an error then is no document of its own.
  bool has_document() const { return has_document_; }

  // To standard error, in both forms.
  void Note(std::string_view text);
  void Warn(std::string_view text);
  void Error(std::string_view text);
  // What must not be overlooked: a ledger that forked or went backwards. In a
  // frame, and in both forms.
  void Alarm(const std::vector<std::string>& lines);

  // `text` in its colour, or as it is when there are none.
  std::string Toned(Tone tone, std::string_view text) const;

  std::ostream& out() { return *out_; }
  std::ostream& error() { return *error_; }

 private:
  std::ostream* out_;
  std::ostream* error_;
  OutputOptions options_;
  bool has_document_ = false;
};

// "IDR 600,000.00": with all the currency's decimals, groups of
// three, and the code in front. An unknown currency is shown in minor units.
std::string FormatMoney(domain::Amount amount, std::string_view currency);
// "1,234".
std::string FormatCount(uint64_t count);
// "2026-01-31 08:15:00 UTC".
std::string FormatTime(int64_t time_us);
// Code points of valid UTF-8: what a terminal takes for a width here.
size_t DisplayWidth(std::string_view text);

// A bar on standard error while something long goes on; nothing unless
// output.shows_progress(). Redrawn ten times a second at most, removed at the
// end. `output` must outlive it. Not thread-safe.
class Progress {
 public:
  // `all` of 0: not known yet; only the count is shown.
  Progress(Output* output, std::string label, uint64_t all);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void SetAll(uint64_t all) { all_ = all; }
  void Set(uint64_t done);

 private:
  void Draw(uint64_t done);

  Output* output_;
  std::string label_;
  uint64_t all_;
  int64_t drawn_us_ = -1;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_OUTPUT_H_

#include "client/output.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>

#include "absl/strings/str_format.h"
#include "ledger/base/clock.h"

namespace amanah::client {
namespace {

constexpr size_t kFrameWidth = 72;
constexpr size_t kBarWidth = 24;
constexpr int64_t kRedrawUs = 100'000;

std::string_view ColourOf(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kDim:
      return "\x1b[2m";
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::string Padded(const std::string& text, size_t width, bool right) {
  const size_t taken = DisplayWidth(text);
  const std::string space(width > taken ? width - taken : 0, ' ');
  return right ? space + text : text + space;
}

std::string TrimmedRight(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// "1234567" to "1,234,567".
std::string Grouped(const std::string& digits) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

}  // namespace

std::string_view StandingText(Standing standing) {
  return standing == Standing::kProved ? "proved" : "stated by the server";
}

void Output::Line(std::string_view text) {
  if (!options_.json) *out_ << text << '\n';
}

void Output::Print(const Table& table) {
  if (options_.json) return;
  std::vector<size_t> widths;
  for (const Table::Column& column : table.columns) {
    widths.push_back(DisplayWidth(column.heading));
  }
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  const auto line = [&](const auto& cell) {
    std::string text;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) text += "  ";
      text += Padded(cell(i), widths[i], table.columns[i].right);
    }
    return TrimmedRight(std::move(text));
  };
  *out_ << Toned(Tone::kStrong, line([&](size_t i) -> const std::string& {
                   return table.columns[i].heading;
                 }))
        << '\n';
  for (const auto& row : table.rows) {
    *out_ << line([&](size_t i) -> const std::string& { return row[i]; })
          << '\n';
  }
}

void Output::Print(const Fields& fields) {
  if (options_.json) return;
  size_t width = 0;
  for (const auto& [label, value] : fields) {
    width = std::max(width, DisplayWidth(label));
  }
  for (const auto& [label, value] : fields) {
    *out_ << Toned(Tone::kDim, Padded(label, width, false)) << "  " << value
          << '\n';
  }
}

void Output::Mark(Standing standing) {
  if (options_.json) return;
  const bool proved = standing == Standing::kProved;
  *out_ << Toned(proved ? Tone::kGood : Tone::kWarning,
                 absl::StrFormat("[%s]", StandingText(standing)))
        << '\n';
}

void Output::Json(const nlohmann::ordered_json& document) {
  has_document_ = true;
  // Text that is no UTF-8 cannot come from a verified entry; a server that
  // sends some elsewhere gets it replaced.
  if (options_.json) {
    *out_ << document.dump(2, ' ', false,
                           nlohmann::ordered_json::error_handler_t::replace)
          << '\n';
  }
}

void Output::Note(std::string_view text) { *error_ << text << '\n'; }

void Output::Warn(std::string_view text) {
  *error_ << "warning: " << text << '\n';
}

void Output::Error(std::string_view text) {
  *error_ << "error: " << text << '\n';
}

void Output::Alarm(const std::vector<std::string>& lines) {
  const std::string frame(kFrameWidth, '!');
  *error_ << frame << '\n';
  for (const std::string& line : lines) *error_ << "!! " << line << '\n';
  *error_ << frame << '\n';
}

std::string Output::Toned(Tone tone, std::string_view text) const {
  if (!options_.colour || tone == Tone::kPlain) return std::string(text);
  return absl::StrFormat("%s%s\x1b[0m", ColourOf(tone), text);
}

std::string FormatMoney(domain::Amount amount, std::string_view currency) {
  if (!domain::CurrencyExponent(currency).has_value()) {
    return absl::StrFormat("%s %d (minor units)", currency, amount.minor);
  }
  std::string text = domain::FormatAmount(amount, currency);
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  const size_t point = std::min(text.find('.'), text.size());
  return absl::StrFormat("%s %s%s%s", currency, negative ? "-" : "",
                         Grouped(text.substr(0, point)), text.substr(point));
}

std::string FormatCount(uint64_t count) {
  return Grouped(absl::StrFormat("%d", count));
}

std::string FormatTime(int64_t time_us) {
  const std::time_t seconds = time_us / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d UTC",
                         parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                         parts.tm_hour, parts.tm_min, parts.tm_sec);
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  bool escape = false;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte == 0x1b) escape = true;
    // Continuation bytes of UTF-8 and our own colours take no place.
    if (!escape && (byte & 0xc0) != 0x80) ++width;
    if (escape && c == 'm') escape = false;
  }
  return width;
}

Progress::Progress(Output* output, std::string label, uint64_t all)
    : output_(output), label_(std::move(label)), all_(all) {}

Progress::~Progress() {
  if (drawn_us_ >= 0) output_->error() << "\r\x1b[K" << std::flush;
}

void Progress::Set(uint64_t done) {
  if (!output_->shows_progress()) return;
  const int64_t now_us = SystemClock().MonotonicUs();
  if (drawn_us_ >= 0 && now_us - drawn_us_ < kRedrawUs && done != all_) return;
  drawn_us_ = now_us;
  Draw(done);
}

void Progress::Draw(uint64_t done) {
  std::string line = "\r\x1b[K" + label_ + "  ";
  if (all_ == 0) {
    line += FormatCount(done);
  } else {
    const uint64_t shown = std::min(done, all_);
    const auto full = static_cast<size_t>(
        static_cast<double>(shown) / static_cast<double>(all_) * kBarWidth);
    line += absl::StrFormat("[%s%s] %s of %s", std::string(full, '#'),
                            std::string(kBarWidth - full, ' '),
                            FormatCount(shown), FormatCount(all_));
  }
  output_->error() << line << std::flush;
}

}  // namespace amanah::client

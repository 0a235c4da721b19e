#include "client/profile.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "ledger/base/base64.h"
#include "ledger/base/status.h"
#include "ledger/base/toml.h"
#include "ledger/domain/identifier.h"
#include "ledger/log/checkpoint.h"

namespace amanah::client {
namespace {

namespace fs = std::filesystem;

constexpr char kProfileVariable[] = "AMANAH_PROFILE";

// Where each key of the file goes. Exactly one member is set.
struct Setting {
  const char* key;
  std::string Profile::*text = nullptr;
  fs::path Profile::*path = nullptr;
  std::optional<crypto::Hash> Profile::*hash = nullptr;
  std::string ProfileFlags::*flag;
};

constexpr Setting kSettings[] = {
    {"server", &Profile::server, nullptr, nullptr, &ProfileFlags::server},
    {"origin", &Profile::origin, nullptr, nullptr, &ProfileFlags::origin},
    {"genesis", nullptr, nullptr, &Profile::genesis, &ProfileFlags::genesis},
    {"authority", &Profile::authority, nullptr, nullptr,
     &ProfileFlags::authority},
    {"signing_key", nullptr, &Profile::signing_key, nullptr,
     &ProfileFlags::signing_key},
    {"salt_key", nullptr, &Profile::salt_key, nullptr, &ProfileFlags::salt_key},
    {"pseudonym_key", nullptr, &Profile::pseudonym_key, nullptr,
     &ProfileFlags::pseudonym_key},
    {"certificate", nullptr, &Profile::certificate, nullptr,
     &ProfileFlags::certificate},
    {"certificate_key", nullptr, &Profile::certificate_key, nullptr,
     &ProfileFlags::certificate_key},
    {"server_pin", nullptr, nullptr, &Profile::server_pin,
     &ProfileFlags::server_pin},
};

const Setting* FindSetting(std::string_view key) {
  for (const Setting& setting : kSettings) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

absl::Status Assign(const Setting& setting, const std::string& value,
                    const fs::path& folder, Profile* profile) {
  if (setting.text != nullptr) {
    profile->*setting.text = value;
  } else if (setting.path != nullptr) {
    profile->*setting.path = folder / value;
  } else {
    AMANAH_ASSIGN_OR_RETURN(profile->*setting.hash,
                            ParseHash(setting.key, value));
  }
  return absl::OkStatus();
}

absl::Status CheckNames(const Profile& profile) {
  if (!profile.origin.empty() && !log::IsValidOrigin(profile.origin)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "origin %s is no ledger's name", domain::Quoted(profile.origin)));
  }
  if (!profile.authority.empty() && !domain::IsIdentifier(profile.authority)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("authority %s is no authority's name",
                        domain::Quoted(profile.authority)));
  }
  return absl::OkStatus();
}

// The file to read, and whether it was asked for by name.
std::pair<fs::path, bool> FileOf(const ProfileFlags& flags) {
  if (!flags.file.empty()) return {flags.file, true};
  if (const char* named = std::getenv(kProfileVariable);
      named != nullptr && *named != '\0') {
    return {named, true};
  }
  if (const char* config = std::getenv("XDG_CONFIG_HOME");
      config != nullptr && *config != '\0') {
    return {fs::path(config) / "amanah/profile.toml", false};
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return {fs::path(home) / ".config/amanah/profile.toml", false};
}

}  // namespace

absl::StatusOr<crypto::Hash> ParseHash(std::string_view what,
                                       std::string_view text) {
  const auto bytes = DecodeBase64(text);
  const auto hash =
      bytes.has_value() ? crypto::HashFromBytes(AsBytes(*bytes)) : std::nullopt;
  if (!hash.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s %s is not 32 bytes in base64", what, domain::Quoted(text)));
  }
  return *hash;
}

absl::StatusOr<Profile> ParseProfile(std::string_view toml,
                                     const fs::path& folder) {
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    const std::string why(parsed.error().description());
    return absl::InvalidArgumentError(absl::StrFormat(
        "line %d: %s", parsed.error().source().begin.line, why));
  }
  Profile profile;
  for (const auto& [key, node] : parsed.table()) {
    const Setting* setting = FindSetting(key.str());
    if (setting == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrFormat("a profile has no %s", domain::Quoted(key.str())));
    }
    const auto value = node.value_exact<std::string>();
    if (!value.has_value() || value->empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s is not a text", setting->key));
    }
    AMANAH_RETURN_IF_ERROR(Assign(*setting, *value, folder, &profile));
  }
  AMANAH_RETURN_IF_ERROR(CheckNames(profile));
  return profile;
}

std::string FormatProfile(const Profile& profile) {
  toml::table table;
  std::string text;
  for (const Setting& setting : kSettings) {
    std::string value;
    if (setting.text != nullptr) value = profile.*setting.text;
    if (setting.path != nullptr) value = (profile.*setting.path).string();
    if (setting.hash != nullptr && (profile.*setting.hash).has_value()) {
      value = EncodeBase64((profile.*setting.hash)->view());
    }
    if (value.empty()) continue;
    std::ostringstream quoted;
    quoted << toml::value<std::string>(value);
    text += absl::StrFormat("%s = %s\n", setting.key, quoted.str());
  }
  return text;
}

absl::StatusOr<Profile> LoadProfile(const ProfileFlags& flags) {
  const auto [path, asked] = FileOf(flags);
  Profile profile;
  std::ifstream file(path, std::ios::binary);
  if (!path.empty() && file) {
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto parsed = ParseProfile(text, path.parent_path());
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("profile %s: %s", path.string(),
                          std::string(parsed.status().message())));
    }
    profile = *std::move(parsed);
  } else if (asked) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read the profile %s", path.string()));
  }
  for (const Setting& setting : kSettings) {
    const std::string& value = flags.*setting.flag;
    if (value.empty()) continue;
    AMANAH_RETURN_IF_ERROR(Assign(setting, value, {}, &profile));
  }
  profile.plaintext = flags.plaintext;
  AMANAH_RETURN_IF_ERROR(CheckNames(profile));
  return profile;
}

absl::StatusOr<judge::LedgerId> LedgerOf(const Profile& profile) {
  if (profile.origin.empty()) {
    return absl::InvalidArgumentError(
        "the profile names no ledger: give origin, or --origin");
  }
  if (!profile.genesis.has_value()) {
    return absl::InvalidArgumentError(
        "the profile does not pin the ledger's entry 0: give genesis, or "
        "--genesis");
  }
  return judge::LedgerId{profile.origin, *profile.genesis};
}

}  // namespace amanah::client

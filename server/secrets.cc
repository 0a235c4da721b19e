#include "server/secrets.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"

namespace amanah::server {
namespace {

using std::filesystem::path;

constexpr size_t kPassphraseLengthMax = 4'096;

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

absl::StatusOr<std::string> ReadDescriptor(int descriptor) {
  std::string text;
  char byte = 0;
  while (text.size() < kPassphraseLengthMax) {
    const ssize_t count = read(descriptor, &byte, 1);
    if (count < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "no passphrase can be read from descriptor %d", descriptor));
    }
    if (count == 0 || byte == '\n') break;
    text.push_back(byte);
  }
  return text;
}

absl::StatusOr<std::string> ReadPassphrase(const PassphraseSource& source) {
  if (!source.file.empty()) {
    AMANAH_ASSIGN_OR_RETURN(const std::string text,
                            ReadSecretText(source.file));
    return FirstLine(text);
  }
  if (source.descriptor.has_value()) return ReadDescriptor(*source.descriptor);
  if (const char* text = getenv(kPassphraseVariable); text != nullptr) {
    return std::string(text);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "a key file has a passphrase: give --passphrase-file, --passphrase-fd or "
      "%s",
      kPassphraseVariable));
}

absl::Status ReadKeys(const std::vector<path>& files,
                      const crypto::PassphraseProvider& passphrase,
                      std::vector<crypto::SigningKey>* out) {
  for (const path& file : files) {
    AMANAH_ASSIGN_OR_RETURN(const crypto::KeyFile key,
                            crypto::ReadKeyFile(file.string(), passphrase));
    if (key.kind != crypto::KeyKind::kSigning) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s holds a %s key, not a signing key", file.string(),
                          crypto::KeyKindName(key.kind)));
    }
    out->push_back(crypto::SigningKey::FromSeed(key.secret.view()));
  }
  return absl::OkStatus();
}

}  // namespace

crypto::PassphraseProvider PassphraseFrom(const PassphraseSource& source) {
  auto kept = std::make_shared<std::optional<std::string>>();
  return [source, kept]() -> absl::StatusOr<std::string> {
    if (!kept->has_value()) {
      AMANAH_ASSIGN_OR_RETURN(*kept, ReadPassphrase(source));
    }
    return **kept;
  };
}

absl::StatusOr<writer::LedgerKeys> ReadLedgerKeys(
    const std::vector<path>& checkpoint, const std::vector<path>& statement,
    const crypto::PassphraseProvider& passphrase) {
  writer::LedgerKeys keys;
  AMANAH_RETURN_IF_ERROR(ReadKeys(checkpoint, passphrase, &keys.checkpoint));
  AMANAH_RETURN_IF_ERROR(ReadKeys(statement, passphrase, &keys.statement));
  return keys;
}

absl::StatusOr<std::string> ReadText(const path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (!in || !(text << in.rdbuf())) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read %s", file.string()));
  }
  return text.str();
}

absl::StatusOr<std::string> ReadSecretText(const path& file) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(file, error).permissions();
  if (error) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read %s", file.string()));
  }
  if ((mode & (perms::group_all | perms::others_all)) != perms::none) {
    return absl::PermissionDeniedError(
        absl::StrFormat("%s has mode %04o: only its owner may use it",
                        file.string(), static_cast<unsigned>(mode)));
  }
  return ReadText(file);
}

}  // namespace amanah::server

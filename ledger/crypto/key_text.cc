#include "ledger/crypto/key_text.h"

#include <sodium.h>

#include <array>
#include <utility>
#include <vector>

#include "ledger/base/base64.h"
#include "ledger/base/check.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/random.h"
#include "ledger/crypto/signing.h"

namespace amanah::crypto {
namespace {

constexpr std::string_view kFirstLine = "amanah-key/v1";
constexpr std::string_view kPlainCipher = "none";
constexpr std::string_view kBoxCipher = "argon2id-xsalsa20poly1305";
constexpr std::string_view kCheckPrefix = "check: ";
constexpr size_t kCheckDigits = 8;
constexpr size_t kNameLengthMax = 255;
constexpr size_t kBoxLength = Secret::kLength + crypto_secretbox_MACBYTES;
// What a file may ask of its reader: beyond any sensible cost, yet no way to
// exhaust the machine.
constexpr uint64_t kOpslimitMax = 64;
constexpr uint64_t kMemlimitMax = uint64_t{4} << 30;

// How the secret is encrypted.
struct Box {
  std::string salt;
  PassphraseCost cost;
  std::string nonce;
};

struct Parsed {
  KeyKind kind = KeyKind::kSigning;
  std::string name;
  std::optional<Box> box;
  std::string secret;  // bytes as stored: plain, or boxed
};

absl::Status Corrupted(std::string_view what) {
  return absl::DataLossError(absl::StrFormat("not a sound key file: %s", what));
}

bool IsValidName(std::string_view name) {
  if (name.empty() || name.size() > kNameLengthMax) return false;
  for (const char c : name) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
  }
  return IsValidUtf8(name);
}

bool IsAllowedCost(const PassphraseCost& cost) {
  return cost.opslimit >= crypto_pwhash_OPSLIMIT_MIN &&
         cost.opslimit <= kOpslimitMax &&
         cost.memlimit >= crypto_pwhash_MEMLIMIT_MIN &&
         cost.memlimit <= kMemlimitMax;
}

std::optional<KeyKind> KeyKindFromName(std::string_view name) {
  for (const KeyKind kind :
       {KeyKind::kSigning, KeyKind::kSalt, KeyKind::kPseudonym}) {
    if (KeyKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string CheckOf(std::string_view lines) {
  return EncodeHex(Sha256(AsBytes(lines)).view()).substr(0, kCheckDigits);
}

// The key of the box.
absl::StatusOr<Secret> DeriveKey(std::string_view passphrase, const Box& box) {
  InitCrypto();
  std::array<uint8_t, crypto_secretbox_KEYBYTES> derived;
  if (crypto_pwhash(derived.data(), derived.size(), passphrase.data(),
                    passphrase.size(), AsBytes(box.salt).data(),
                    box.cost.opslimit, box.cost.memlimit,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "no memory for a passphrase that costs %d bytes", box.cost.memlimit));
  }
  std::optional<Secret> key = Secret::FromBytes(derived);
  Wipe(derived);
  return *std::move(key);
}

absl::StatusOr<std::string> Seal(const Secret& secret,
                                 std::string_view passphrase, const Box& box) {
  AMANAH_ASSIGN_OR_RETURN(const Secret key, DeriveKey(passphrase, box));
  std::array<uint8_t, kBoxLength> sealed;
  crypto_secretbox_easy(sealed.data(), secret.view().data(), Secret::kLength,
                        AsBytes(box.nonce).data(), key.view().data());
  return std::string(AsText(sealed));
}

absl::StatusOr<Secret> Unseal(std::string_view sealed,
                              std::string_view passphrase, const Box& box) {
  AMANAH_ASSIGN_OR_RETURN(const Secret key, DeriveKey(passphrase, box));
  std::array<uint8_t, Secret::kLength> plain;
  if (crypto_secretbox_open_easy(plain.data(), AsBytes(sealed).data(),
                                 sealed.size(), AsBytes(box.nonce).data(),
                                 key.view().data()) != 0) {
    return absl::UnauthenticatedError("the passphrase of the key is wrong");
  }
  std::optional<Secret> secret = Secret::FromBytes(plain);
  Wipe(plain);
  return *std::move(secret);
}

std::string FormatBox(const Box& box) {
  return absl::StrFormat("salt: %s\nopslimit: %d\nmemlimit: %d\nnonce: %s\n",
                         EncodeBase64(AsBytes(box.salt)), box.cost.opslimit,
                         box.cost.memlimit, EncodeBase64(AsBytes(box.nonce)));
}

// The lines between the first and the check, one field after the other.
class FieldReader {
 public:
  explicit FieldReader(std::string_view lines) : rest_(lines) {}

  bool AtEnd() const { return rest_.empty(); }

  // The value of the next line, which must be "<name>: <value>".
  std::optional<std::string_view> Take(std::string_view name) {
    const size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    if (!line.starts_with(name)) return std::nullopt;
    if (!line.substr(name.size()).starts_with(": ")) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return line.substr(name.size() + 2);
  }

  std::optional<std::string> TakeBase64(std::string_view name, size_t length) {
    const auto value = Take(name);
    if (!value.has_value()) return std::nullopt;
    auto bytes = DecodeBase64(*value);
    if (!bytes.has_value() || bytes->size() != length) return std::nullopt;
    return bytes;
  }

  std::optional<uint64_t> TakeDecimal(std::string_view name) {
    const auto value = Take(name);
    return value.has_value() ? ParseDecimal(*value) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

absl::StatusOr<Box> ParseBox(FieldReader* fields) {
  const auto salt = fields->TakeBase64("salt", crypto_pwhash_SALTBYTES);
  const auto opslimit = fields->TakeDecimal("opslimit");
  const auto memlimit = fields->TakeDecimal("memlimit");
  const auto nonce = fields->TakeBase64("nonce", crypto_secretbox_NONCEBYTES);
  if (!salt || !opslimit || !memlimit || !nonce) {
    return Corrupted("its cipher lacks salt, limits or nonce");
  }
  Box box{*salt, {*opslimit, *memlimit}, *nonce};
  if (!IsAllowedCost(box.cost)) {
    return Corrupted("its passphrase limits are out of range");
  }
  return box;
}

// Takes off the check line and returns what it covers.
absl::StatusOr<std::string_view> CheckedLines(std::string_view text) {
  const size_t tail = kCheckPrefix.size() + kCheckDigits + 1;
  if (text.size() <= tail || text.back() != '\n') {
    return Corrupted("it does not end in a check line");
  }
  const std::string_view lines = text.substr(0, text.size() - tail);
  const std::string_view last = text.substr(lines.size(), tail - 1);
  if (lines.back() != '\n' || !last.starts_with(kCheckPrefix)) {
    return Corrupted("it does not end in a check line");
  }
  const std::string_view stated = last.substr(kCheckPrefix.size());
  const std::string actual = CheckOf(lines);
  if (stated != actual) {
    return Corrupted(absl::StrFormat(
        "its check line says %s, its lines give "
        "%s; it was corrupted",
        EncodeHex(AsBytes(stated)), EncodeHex(AsBytes(actual))));
  }
  return lines;
}

absl::StatusOr<Parsed> Parse(std::string_view text) {
  AMANAH_ASSIGN_OR_RETURN(std::string_view lines, CheckedLines(text));
  if (!lines.starts_with(kFirstLine) ||
      !lines.substr(kFirstLine.size()).starts_with('\n')) {
    return Corrupted("its first line is not amanah-key/v1");
  }
  lines.remove_prefix(kFirstLine.size() + 1);
  FieldReader fields(lines);
  Parsed parsed;
  const auto kind = KeyKindFromName(fields.Take("kind").value_or(""));
  if (!kind.has_value()) return Corrupted("its kind is unknown");
  parsed.kind = *kind;
  parsed.name = fields.Take("name").value_or("");
  if (!IsValidName(parsed.name)) return Corrupted("it has no proper name");
  const std::string_view cipher = fields.Take("cipher").value_or("");
  if (cipher == kBoxCipher) {
    AMANAH_ASSIGN_OR_RETURN(parsed.box, ParseBox(&fields));
  } else if (cipher != kPlainCipher) {
    return Corrupted("its cipher is unknown");
  }
  auto secret = fields.TakeBase64(
      "secret", parsed.box.has_value() ? kBoxLength : Secret::kLength);
  if (!secret.has_value() || !fields.AtEnd()) {
    return Corrupted("its secret is missing, too short or too long");
  }
  parsed.secret = std::move(*secret);
  return parsed;
}

}  // namespace

std::string_view KeyKindName(KeyKind kind) {
  switch (kind) {
    case KeyKind::kSigning:
      return "signing";
    case KeyKind::kSalt:
      return "salt";
    case KeyKind::kPseudonym:
      return "pseudonym";
  }
  AMANAH_CHECK(false);
}

absl::StatusOr<std::string> FormatKeyText(
    const KeyFile& key, std::optional<std::string_view> passphrase,
    const PassphraseCost& cost) {
  if (!IsValidName(key.name)) {
    return absl::InvalidArgumentError(
        "the name of a key is empty, too long or not printable");
  }
  std::string text = absl::StrFormat("%s\nkind: %s\nname: %s\n", kFirstLine,
                                     KeyKindName(key.kind), key.name);
  std::string secret;
  if (passphrase.has_value()) {
    if (passphrase->empty() || !IsAllowedCost(cost)) {
      return absl::InvalidArgumentError(
          "the passphrase of a key is empty, or its cost is out of range");
    }
    const Box box{RandomBytes(crypto_pwhash_SALTBYTES), cost,
                  RandomBytes(crypto_secretbox_NONCEBYTES)};
    AMANAH_ASSIGN_OR_RETURN(const std::string sealed,
                            Seal(key.secret, *passphrase, box));
    text += absl::StrFormat("cipher: %s\n%s", kBoxCipher, FormatBox(box));
    secret = EncodeBase64(AsBytes(sealed));
  } else {
    text += absl::StrFormat("cipher: %s\n", kPlainCipher);
    secret = EncodeBase64(key.secret.view());
  }
  // Reserved at once: growing would leave copies of the secret behind.
  text.reserve(text.size() + secret.size() + 32);
  text.append("secret: ").append(secret).append("\n");
  Wipe(&secret);
  const std::string check = CheckOf(text);
  text.append(kCheckPrefix).append(check).append("\n");
  return text;
}

absl::StatusOr<bool> NeedsPassphrase(std::string_view text) {
  AMANAH_ASSIGN_OR_RETURN(Parsed parsed, Parse(text));
  Wipe(&parsed.secret);
  return parsed.box.has_value();
}

absl::StatusOr<KeyFile> OpenKeyText(std::string_view text,
                                    std::string_view passphrase) {
  AMANAH_ASSIGN_OR_RETURN(Parsed parsed, Parse(text));
  if (parsed.box.has_value()) {
    AMANAH_ASSIGN_OR_RETURN(Secret secret,
                            Unseal(parsed.secret, passphrase, *parsed.box));
    return KeyFile{parsed.kind, std::move(parsed.name), std::move(secret)};
  }
  std::optional<Secret> secret = Secret::FromBytes(AsBytes(parsed.secret));
  Wipe(&parsed.secret);
  AMANAH_CHECK(secret.has_value());
  return KeyFile{parsed.kind, std::move(parsed.name), *std::move(secret)};
}

}  // namespace amanah::crypto

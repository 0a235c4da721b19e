#include "ledger/log/checkpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/base/base64.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using absl::StatusCode;
using crypto::SigningKey;
using testing_support::Fails;

constexpr char kOrigin[] = "ledger.example/mojokerto";
// By the seed 00 01 ... 1f; root = SHA-256("root"). Written by Python's hashlib
// and PyNaCl.
constexpr char kText[] =
    "ledger.example/mojokerto\n"
    "42\n"
    "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n";
constexpr char kNote[] =
    "ledger.example/mojokerto\n"
    "42\n"
    "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
    "\n"
    "\u2014 ledger.example/mojokerto W48Fy/O+AUEN7EyAp+5lVShD8WJDly8X4hDgnrzit"
    "d9NHo1LN8IdErb58hMDDfNs4PqSaE57BH49H7l6Kn5pqZJglww=\n";

Checkpoint TestCheckpoint() {
  return {kOrigin, 42, crypto::Sha256(AsBytes("root"))};
}

SigningKey TestKey() {
  std::string seed;
  for (char c = 0; c < 32; ++c) seed.push_back(c);
  return SigningKey::FromSeed(AsBytes(seed));
}

std::vector<VerifierKey> TestKeys() {
  return {MakeVerifierKey(kOrigin, TestKey().public_key())};
}

TEST(CheckpointTest, WritesAndReadsItsText) {
  EXPECT_EQ(FormatCheckpointText(TestCheckpoint()), kText);
  const auto checkpoint = ParseCheckpointText(kText);
  ASSERT_OK(checkpoint);
  EXPECT_EQ(*checkpoint, TestCheckpoint());
}

TEST(CheckpointTest, SignsAndOpensItsNote) {
  EXPECT_EQ(SignCheckpoint(TestCheckpoint(), TestKey()), kNote);
  const auto opened = OpenCheckpoint(kNote, kOrigin, TestKeys());
  ASSERT_OK(opened);
  EXPECT_EQ(opened->checkpoint, TestCheckpoint());
  EXPECT_EQ(opened->text, kText);
  EXPECT_TRUE(opened->aside.empty());
}

TEST(CheckpointTest, AgreesWithGosTreeText) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/notes/signed_note.json");
  const auto tlog = testing_support::ReadJson(path)["tlog"];
  const std::string text = tlog["format_tree"];
  const auto checkpoint = ParseCheckpointText(text);
  ASSERT_OK(checkpoint);
  EXPECT_EQ(checkpoint->origin, "go.sum database tree");
  EXPECT_EQ(checkpoint->size, 123456789012U);
  EXPECT_EQ(EncodeBase64(checkpoint->root.view()),
            tlog["record_hash_hello_world_b64"]);
  EXPECT_EQ(LeafHash(AsBytes("hello world")), checkpoint->root);
  EXPECT_EQ(FormatCheckpointText(*checkpoint), text);
}

TEST(CheckpointTest, KeepsExtensionLinesOfForeignLogs) {
  const std::string text = std::string(kText) + "one\ntwo\n";
  const auto checkpoint = ParseCheckpointText(text);
  ASSERT_OK(checkpoint);
  EXPECT_EQ(checkpoint->extensions, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(FormatCheckpointText(*checkpoint), text);
}

TEST(CheckpointTest, RejectsWhatIsNoCheckpoint) {
  const std::string root = "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n";
  const struct {
    std::string text;
    const char* message;
  } rows[] = {
      {"", "note"},
      {"origin\n42", "note"},
      {"origin\n42\n", "three lines"},
      {"\n42\n" + root, "empty line"},
      {"origin\n42\n" + root + "\n", "empty line"},
      {"origin\n42\n" + root + "\nx\n", "empty line"},
      {"origin\n042\n" + root, "size"},
      {"origin\n-1\n" + root, "size"},
      {"origin\n+1\n" + root, "size"},
      {"origin\n18446744073709551616\n" + root, "size"},
      {"origin\n42\nSBNJTRN+\n", "root"},
      {"origin\n42\n" + root.substr(0, 43) + "\n", "root"},
      // Stray trailing bits: J where I must stand.
      {"origin\n42\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7J=\n", "root"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseCheckpointText(row.text),
                Fails(StatusCode::kInvalidArgument, row.message))
        << row.text;
  }
}

TEST(CheckpointTest, NeverReadsADamagedTextAsTheSame) {
  const std::string text = kText;
  for (const auto& damaged : testing_support::Truncations(text)) {
    EXPECT_FALSE(ParseCheckpointText(damaged.bytes).ok()) << damaged.what;
  }
  for (const auto& damaged : testing_support::BitFlips(text)) {
    const auto checkpoint = ParseCheckpointText(damaged.bytes);
    EXPECT_TRUE(!checkpoint.ok() || !(*checkpoint == TestCheckpoint()))
        << damaged.what;
  }
}

TEST(CheckpointTest, NeverOpensADamagedNote) {
  const std::string note = kNote;
  for (const auto& all :
       {testing_support::Truncations(note), testing_support::BitFlips(note)}) {
    for (const auto& damaged : all) {
      EXPECT_FALSE(OpenCheckpoint(damaged.bytes, kOrigin, TestKeys()).ok())
          << damaged.what;
    }
  }
}

TEST(CheckpointTest, RejectsAnotherOrigin) {
  EXPECT_THAT(OpenCheckpoint(kNote, "ledger.example/malang", TestKeys()),
              Fails(StatusCode::kInvalidArgument, "ledger.example/mojokerto"));
}

TEST(CheckpointTest, WantsASignatureInTheOriginsName) {
  const SigningKey witness = SigningKey::FromSeed(AsBytes(std::string(32, 1)));
  const std::vector<VerifierKey> keys{
      MakeVerifierKey("witness.example", witness.public_key())};
  const std::string note =
      FormatNote({kText, {SignText(kText, "witness.example", witness)}});
  EXPECT_THAT(OpenCheckpoint(note, kOrigin, keys),
              Fails(StatusCode::kUnauthenticated, kOrigin));
}

TEST(CheckpointTest, RejectsASignedTextThatIsNoCheckpoint) {
  const std::string text = "amanah.batch/v1\nx\n";
  const std::string note =
      FormatNote({text, {SignText(text, kOrigin, TestKey())}});
  EXPECT_THAT(OpenCheckpoint(note, kOrigin, TestKeys()),
              Fails(StatusCode::kInvalidArgument, "not a checkpoint"));
}

TEST(OriginTest, HasADotAndIsNoOtherSignedText) {
  for (const char* origin :
       {"a.b", "ledger.example", "ledger.example/mojokerto", "x-1.id/a/b-c",
        "my.amanah.example", "amanahx.id"}) {
    EXPECT_TRUE(IsValidOrigin(origin)) << origin;
  }
  const std::string longest = "a." + std::string(118, 'b');
  EXPECT_TRUE(IsValidOrigin(longest));
  EXPECT_FALSE(IsValidOrigin(longest + "b"));
  for (const char* origin :
       {"", "ab", "abc", "a/b", ".ab", "ab.", "/a.b", "a.b/", "A.b", "a.b c",
        "a.b_c", "a.b+c", "a.b\n", "amanah.batch/v1", "amanah.key/v1",
        "amanah.id", "a.\u00e9"}) {
    EXPECT_FALSE(IsValidOrigin(origin)) << origin;
  }
}

TEST(CheckpointDeathTest, RequiresAnOriginAndNoExtensions) {
  Checkpoint checkpoint = TestCheckpoint();
  checkpoint.extensions = {"x"};
  EXPECT_DEATH(SignCheckpoint(checkpoint, TestKey()), "check failed");
  checkpoint = TestCheckpoint();
  checkpoint.origin = "amanah.batch/v1";
  EXPECT_DEATH(SignCheckpoint(checkpoint, TestKey()), "check failed");
}

}  // namespace
}  // namespace amanah::log

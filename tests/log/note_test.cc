#include "ledger/log/note.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/base/base64.h"
#include "ledger/base/text.h"
#include "tests/crypto/damage.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using absl::StatusCode;
using crypto::SigningKey;
using testing_support::Fails;

constexpr char kNote[] =
    "one line\n\n"
    "\u2014 bank-a AAAAAWFiYw==\n"
    "\u2014 bank-b AAAAAmRlZg==\n";

SigningKey KeyOf(char seed) {
  return SigningKey::FromSeed(AsBytes(std::string(32, seed)));
}

std::string Signed(const std::string& text,
                   const std::vector<NoteSignature>& signatures) {
  return FormatNote({text, signatures});
}

TEST(NoteTest, ReadsTextAndSignatures) {
  const Note want{"one line\n", {{"bank-a", 1, "abc"}, {"bank-b", 2, "def"}}};
  const auto note = ParseNote(kNote);
  ASSERT_OK(note);
  EXPECT_EQ(*note, want);
  EXPECT_EQ(FormatNote(want), kNote);
}

TEST(NoteTest, TakesTheLastBlankLineAsTheBorder) {
  const std::string bytes = "first\n\nsecond\n\n\n\u2014 bank-a AAAAAWFiYw==\n";
  const auto note = ParseNote(bytes);
  ASSERT_OK(note);
  EXPECT_EQ(note->text, "first\n\nsecond\n\n");
  EXPECT_EQ(FormatNote(*note), bytes);
}

TEST(NoteTest, NeverReadsADamagedNoteAsTheSame) {
  const std::string bytes = kNote;
  const Note whole = ParseNote(bytes).value();
  for (const auto& all : {testing_support::Truncations(bytes),
                          testing_support::BitFlips(bytes)}) {
    for (const auto& damaged : all) {
      const auto note = ParseNote(damaged.bytes);
      EXPECT_TRUE(!note.ok() || !(*note == whole)) << damaged.what;
    }
  }
}

TEST(NoteTest, RejectsWhatIsNoNote) {
  const std::string line = "\u2014 bank-a AAAAAWFiYw==\n";
  const struct {
    std::string bytes;
    const char* message;
  } rows[] = {
      {"", "blank line"},
      {"text\n" + line, "blank line"},
      {"text\n\n", "end in a signature"},
      {"text\n\n" + line + "x", "end in a signature"},
      {"text\n\n" + line + "\n", "end in a signature"},
      {"text\n\n" + line + "x\n", "line 2"},
      {"text\n\n- bank-a AAAAAWFiYw==\n", "line 1"},
      {"text\n\n\u2014bank-a AAAAAWFiYw==\n", "line 1"},
      {"text\n\n\u2014 bank-a  AAAAAWFiYw==\n", "line 1"},
      {"text\n\n\u2014 bank-a AAAAAWFiYw== \n", "line 1"},
      {"text\n\n\u2014 bank-a AAAAAWFiYw=\n", "line 1"},
      {"text\n\n\u2014 bank-a AAAAAWFiYx==\n", "line 1"},  // stray bits
      {"text\n\n\u2014 bank-a AAAAAQ==\n", "line 1"},      // an id alone
      {"text\n\n\u2014 bank-a \n", "line 1"},
      {"text\n\n\u2014 bank-a\n", "line 1"},
      {"text\n\n\u2014  AAAAAWFiYw==\n", "line 1"},
      {"text\n\n\u2014 bank+a AAAAAWFiYw==\n", "line 1"},
      {"text\n\n\u2014 bank\u00a0a AAAAAWFiYw==\n", "line 1"},
      {"te\txt\n\n" + line, "control"},
      {"te\rxt\n\n" + line, "control"},
      {std::string("te\0xt\n\n", 7) + line, "control"},
      {"te\xffxt\n\n" + line, "UTF-8"},
      {std::string(1'000'000, 'x') + "\n\n" + line, "1000000"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseNote(row.bytes),
                Fails(StatusCode::kInvalidArgument, row.message))
        << row.bytes.substr(0, 80);
  }
}

TEST(NoteTest, TakesAHundredSignaturesAndDropsRepetitions) {
  std::vector<NoteSignature> signatures;
  for (uint32_t i = 0; i < 100; ++i) signatures.push_back({"bank", i, "sig"});
  EXPECT_EQ(ParseNote(Signed("t\n", signatures))->signatures.size(), 100U);
  signatures[99] = signatures[0];
  EXPECT_EQ(ParseNote(Signed("t\n", signatures))->signatures.size(), 99U);
  // The limit counts lines, so repetition does not get past it.
  signatures.push_back(signatures[0]);
  EXPECT_THAT(ParseNote(Signed("t\n", signatures)),
              Fails(StatusCode::kInvalidArgument, "more than 100"));
}

class SharedNotesTest : public testing::Test {
 protected:
  static std::vector<VerifierKey> Keys(const nlohmann::json& file,
                                       const nlohmann::json& row) {
    std::vector<VerifierKey> keys;
    for (const std::string name : row["keys"]) {
      const std::string text = file["vkeys"][name];
      keys.push_back(ParseVerifierKey(text).value());
    }
    return keys;
  }
};

TEST_F(SharedNotesTest, OpensTheGoodAndRejectsTheBad) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/notes/signed_note.json");
  const auto file = testing_support::ReadJson(path);
  for (const auto& row : file["ok"]) {
    SCOPED_TRACE(row["name"].get<std::string>());
    const auto keys = Keys(file, row);
    const auto opened = OpenNote(row["note"].get<std::string>(), keys);
    ASSERT_OK(opened);
    EXPECT_EQ(opened->text, file["text"]);
    EXPECT_EQ(opened->verified.size(), keys.size());
    EXPECT_EQ(opened->verified.size() + opened->aside.size(), 2U);
  }
  for (const auto& row : file["reject"]) {
    SCOPED_TRACE(row["name"].get<std::string>());
    EXPECT_FALSE(
        OpenNote(row["note"].get<std::string>(), Keys(file, row)).ok());
  }
  for (const auto& row : file["reject_hex"]) {
    SCOPED_TRACE(row["name"].get<std::string>());
    const std::string note = *DecodeHex(row["note_hex"].get<std::string>());
    EXPECT_FALSE(OpenNote(note, Keys(file, row)).ok());
  }
  EXPECT_GE(file["ok"].size() + file["reject"].size(), 10U);
}

TEST_F(SharedNotesTest, SignsWithGosSecretKeyAsGoDoes) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/notes/signed_note.json");
  const auto file = testing_support::ReadJson(path);
  // PRIVATE+KEY+<name>+<id>+base64(0x01 || seed)
  const std::string start = "PRIVATE+KEY+PeterNeumann+c74f20a3+";
  const std::string secret = file["skey_peter"];
  ASSERT_TRUE(secret.starts_with(start));
  const std::string typed_seed =
      DecodeBase64(secret.substr(start.size())).value();
  const auto key = SigningKey::FromSeed(AsBytes(typed_seed).subspan(1));
  EXPECT_EQ(
      FormatVerifierKey(MakeVerifierKey("PeterNeumann", key.public_key())),
      file["vkeys"]["peter"]);
  const std::string text = file["text"];
  const std::string note = Signed(text, {SignText(text, "PeterNeumann", key)});
  const std::string want = file["ok"][0]["note"];
  EXPECT_TRUE(want.starts_with(note));
}

TEST_F(SharedNotesTest, OpensTheExampleOfTheSpecification) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/notes/signed_note.json");
  const auto example = testing_support::ReadJson(path)["c2sp_example"];
  const std::vector<VerifierKey> keys{
      ParseVerifierKey(example["vkey"].get<std::string>()).value()};
  EXPECT_OK(OpenNote(example["note"].get<std::string>(), keys));
}

TEST(OpenNoteTest, TellsWhichKeysVerifiedAndKeepsTheRestAside) {
  const std::string text = "statement\n";
  const SigningKey a = KeyOf('a');
  const SigningKey b = KeyOf('b');
  const std::vector<VerifierKey> keys{
      MakeVerifierKey("absent", KeyOf('x').public_key()),
      MakeVerifierKey("bank-a", a.public_key()),
      MakeVerifierKey("bank-b", b.public_key())};
  const NoteSignature stranger = SignText(text, "stranger", KeyOf('s'));
  const auto opened =
      OpenNote(Signed(text, {SignText(text, "bank-b", b), stranger,
                             SignText(text, "bank-a", a)}),
               keys);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->text, text);
  ASSERT_EQ(opened->verified.size(), 2U);
  EXPECT_EQ(opened->verified[0].key, 2U);
  EXPECT_EQ(opened->verified[1].key, 1U);
  EXPECT_EQ(opened->aside, std::vector<NoteSignature>{stranger});
}

TEST(OpenNoteTest, RejectsAKnownKeyWhoseSignatureFails) {
  const std::string text = "statement\n";
  const std::vector<VerifierKey> keys{
      MakeVerifierKey("bank-a", KeyOf('a').public_key()),
      MakeVerifierKey("bank-b", KeyOf('b').public_key())};
  const NoteSignature good = SignText(text, "bank-a", KeyOf('a'));
  NoteSignature bad = SignText("another\n", "bank-b", KeyOf('b'));
  EXPECT_THAT(OpenNote(Signed(text, {good, bad}), keys),
              Fails(StatusCode::kUnauthenticated, "bank-b"));
  bad.signature.resize(63);
  EXPECT_THAT(OpenNote(Signed(text, {good, bad}), keys),
              Fails(StatusCode::kUnauthenticated, "bank-b"));
}

TEST(OpenNoteTest, RejectsANoteWithoutAKnownKey) {
  const std::string text = "statement\n";
  const std::string note = Signed(text, {SignText(text, "b", KeyOf('b'))});
  EXPECT_THAT(OpenNote(note, {}),
              Fails(StatusCode::kUnauthenticated, "known key"));
}

TEST(OpenNoteTest, MatchesOnTheNameToo) {
  const std::string text = "statement\n";
  const VerifierKey key = MakeVerifierKey("bank-a", KeyOf('a').public_key());
  NoteSignature signature = SignText(text, "bank-a", KeyOf('a'));
  signature.name = "bank-b";  // the id stays
  EXPECT_THAT(OpenNote(Signed(text, {signature}), std::vector{key}),
              Fails(StatusCode::kUnauthenticated, "known key"));
}

TEST(OpenNoteTest, TriesEachOfTwoKeysThatShareNameAndId) {
  const std::string text = "statement\n";
  const SigningKey a = KeyOf('a');
  const SigningKey b = KeyOf('b');
  std::vector<VerifierKey> keys{MakeVerifierKey("bank", a.public_key()),
                                MakeVerifierKey("bank", b.public_key())};
  keys[1].id = keys[0].id;  // as a collision of 32 bits would have it
  const NoteSignature by_a = SignText(text, "bank", a);
  NoteSignature by_b = SignText(text, "bank", b);
  by_b.id = keys[0].id;
  const auto first = OpenNote(Signed(text, {by_a}), keys);
  ASSERT_OK(first);
  EXPECT_EQ(first->verified[0].key, 0U);
  const auto second = OpenNote(Signed(text, {by_b}), keys);
  ASSERT_OK(second);
  EXPECT_EQ(second->verified[0].key, 1U);
  EXPECT_EQ(OpenNote(Signed(text, {by_b, by_a}), keys)->verified.size(), 2U);
  NoteSignature by_neither = SignText(text, "bank", KeyOf('c'));
  by_neither.id = keys[0].id;
  EXPECT_THAT(OpenNote(Signed(text, {by_a, by_neither}), keys),
              Fails(StatusCode::kUnauthenticated, "fails"));
}

TEST(OpenNoteTest, LeavesCosignaturesUnverifiedAside) {
  const std::string text = "statement\n";
  const SigningKey a = KeyOf('a');
  std::vector<VerifierKey> keys{MakeVerifierKey("log", a.public_key())};
  VerifierKey witness = MakeVerifierKey("witness", KeyOf('w').public_key());
  witness.type = kTypeEd25519Cosignature;
  witness.id = KeyId(witness.name, witness.type, AsBytes(witness.public_key));
  keys.push_back(witness);
  const NoteSignature cosignature{"witness", witness.id, std::string(72, 'c')};
  const NoteSignature unknown{"pq", 7, std::string(2420, 'p')};
  const auto opened = OpenNote(
      Signed(text, {cosignature, SignText(text, "log", a), unknown}), keys);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->verified.size(), 1U);
  EXPECT_EQ(opened->aside, (std::vector<NoteSignature>{cosignature, unknown}));
  // A cosignature alone opens nothing here.
  EXPECT_THAT(OpenNote(Signed(text, {cosignature}), keys),
              Fails(StatusCode::kUnauthenticated, "known key"));
}

TEST(OpenNoteTest, NeverOpensADamagedNoteToTheSameText) {
  const std::string text = "statement\n";
  const SigningKey a = KeyOf('a');
  const std::vector<VerifierKey> keys{
      MakeVerifierKey("bank-a", a.public_key())};
  const std::string note = Signed(text, {SignText(text, "bank-a", a)});
  ASSERT_OK(OpenNote(note, keys));
  for (const auto& all :
       {testing_support::Truncations(note), testing_support::BitFlips(note)}) {
    for (const auto& damaged : all) {
      EXPECT_FALSE(OpenNote(damaged.bytes, keys).ok()) << damaged.what;
    }
  }
}

TEST(NoteDeathTest, RequiresATextThatCanBeSigned) {
  const std::vector<NoteSignature> one{{"bank-a", 1, "abc"}};
  EXPECT_DEATH(FormatNote({"no newline", one}), "check failed");
  EXPECT_DEATH(FormatNote({"text\n", {}}), "check failed");
  EXPECT_DEATH(FormatNote({"text\n", {{"a b", 1, "abc"}}}), "check failed");
}

}  // namespace
}  // namespace amanah::log

#include "ledger/store/signer_memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "ledger/base/base64.h"
#include "tests/support/matchers.h"
#include "tests/support/shared_files.h"
#include "tests/support/temporary_folder.h"

namespace amanah::store {
namespace {

using absl::StatusCode;
using testing_support::Fails;
using testing_support::ReadWholeFile;
using testing_support::TemporaryFolder;

Hash RootOfByte(uint8_t byte) {
  Hash root;
  root.bytes.fill(byte);
  return root;
}

SignedSize SizeOf(uint64_t size) {
  return {size, RootOfByte(static_cast<uint8_t>(size)),
          static_cast<int64_t>(size) * 1000};
}

// Counter 7, size 300, root 0xab..., time 1,700,000,000,000,000 us, which was
// 1,234,567 us after the boot 0xcd...
std::string GoldenSlot() {
  std::string slot = "AMSIGNR1";
  slot += std::string("\0\0\0\0\0\0\0\x07", 8);
  slot += std::string("\0\0\0\0\0\0\x01\x2c", 8);
  slot += std::string(32, '\xab');
  slot += std::string("\x00\x06\x0a\x24\x18\x1e\x40\x00", 8);
  slot += std::string("\0\0\0\0\0\x12\xd6\x87", 8);
  slot += std::string(16, '\xcd');
  slot += std::string(392, '\0');
  slot += *DecodeHex(
      "1f87d7679e2a39fd0073c99efb2e7e539d81573f3e39f2f163b923eb26e6876f");
  return slot;
}

TEST(SignerSlotTest, HasTheBytesOfTheTable) {
  BootId boot;
  boot.fill(0xcd);
  const SignerSlot slot{
      7, {300, RootOfByte(0xab), 1'700'000'000'000'000, 1'234'567, boot}};
  EXPECT_EQ(EncodeSignerSlot(slot), GoldenSlot());
  EXPECT_EQ(DecodeSignerSlot(AsBytes(GoldenSlot())), slot);
}

TEST(SignerSlotTest, FindsEveryTruncationAndEveryFlippedBit) {
  const std::string golden = GoldenSlot();
  for (size_t length = 0; length < golden.size(); ++length) {
    EXPECT_EQ(DecodeSignerSlot(AsBytes(golden).first(length)), std::nullopt);
  }
  for (size_t bit = 0; bit < 8 * golden.size(); ++bit) {
    std::string flipped = golden;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(DecodeSignerSlot(AsBytes(flipped)), std::nullopt) << bit;
  }
  EXPECT_EQ(DecodeSignerSlot(AsBytes(golden + '\0')), std::nullopt);
}

class SignerMemoryTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "signer"; }

  // The file after sizes 1 to `size` were remembered.
  std::string FileAfter(uint64_t size) {
    std::filesystem::remove(path());
    const auto memory = SignerMemory::Create(path());
    EXPECT_OK(memory);
    for (uint64_t i = 1; i <= size; ++i) {
      EXPECT_OK((*memory)->Remember(SizeOf(i)));
    }
    return ReadWholeFile(path());
  }

  absl::StatusOr<SignedSize> LastIn(std::string_view file) {
    // A new file: file systems write out one that is truncated, which is slow.
    std::filesystem::remove(path());
    std::ofstream(path(), std::ios::binary) << file;
    auto memory = SignerMemory::Open(path());
    if (!memory.ok()) return memory.status();
    return (*memory)->last();
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(SignerMemoryTest, BeginsWithTheEmptyTree) {
  EXPECT_THAT(SignerMemory::Open(path()), Fails(StatusCode::kNotFound, ""));
  const auto memory = SignerMemory::Create(path());
  ASSERT_OK(memory);
  EXPECT_EQ((*memory)->last().size, 0u);
  EXPECT_EQ(EncodeHex((*memory)->last().root.view()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_THAT(SignerMemory::Create(path()),
              Fails(StatusCode::kAlreadyExists, ""));
}

TEST_F(SignerMemoryTest, RemembersAcrossReopening) {
  for (uint64_t size = 1; size <= 5; ++size) {
    const std::string file = FileAfter(size);
    EXPECT_EQ(file.size(), 4608u);
    EXPECT_EQ(LastIn(file).value(), SizeOf(size));
  }
}

TEST_F(SignerMemoryTest, GoesOnAfterReopening) {
  FileAfter(3);
  for (uint64_t size = 4; size <= 9; ++size) {
    const auto memory = SignerMemory::Open(path());
    ASSERT_OK(memory);
    EXPECT_EQ((*memory)->last(), SizeOf(size - 1));
    ASSERT_OK((*memory)->Remember(SizeOf(size)));
  }
  EXPECT_EQ(LastIn(ReadWholeFile(path())).value(), SizeOf(9));
}

TEST_F(SignerMemoryTest, NeverGoesBack) {
  FileAfter(5);
  const auto memory = SignerMemory::Open(path());
  ASSERT_OK(memory);
  EXPECT_THAT((*memory)->Remember(SizeOf(4)),
              Fails(StatusCode::kFailedPrecondition,
                    "a checkpoint of size 4 follows one of size 5"));
  EXPECT_OK((*memory)->Remember(SizeOf(5)));
  EXPECT_THAT((*memory)->Remember({5, RootOfByte(9), 5000}),
              Fails(StatusCode::kFailedPrecondition,
                    "two checkpoints of size 5 have different roots"));
  EXPECT_OK((*memory)->Remember(SizeOf(6)));
}

// A torn write leaves the beginning of the new slot before the rest of the old
// one; the checkpoint whose write was torn never left.
TEST_F(SignerMemoryTest, FallsBackToTheOtherSlotAfterEveryTornWrite) {
  for (const uint64_t size : {4u, 5u}) {
    const std::string before = FileAfter(size);
    const std::string after = FileAfter(size + 1);
    ASSERT_EQ(before.size(), after.size());
    const size_t slot =
        before.substr(0, 512) == after.substr(0, 512) ? 4096 : 0;
    for (size_t length = 0; length < 512; ++length) {
      SCOPED_TRACE(length);
      std::string torn = before;
      torn.replace(slot, length, after, slot, length);
      const absl::StatusOr<SignedSize> last = LastIn(torn);
      ASSERT_OK(last);
      if (torn == after) {
        EXPECT_EQ(*last, SizeOf(size + 1));
      } else {
        EXPECT_EQ(*last, SizeOf(size));
      }
    }
  }
}

TEST_F(SignerMemoryTest, FallsBackToTheOtherSlotForEveryFlippedBit) {
  const std::string good = FileAfter(6);
  const bool newest_is_first =
      DecodeSignerSlot(AsBytes(good).first(512))->last == SizeOf(6);
  for (size_t bit = 0; bit < size_t{8} * 512; ++bit) {
    SCOPED_TRACE(bit);
    for (const size_t slot : {size_t{0}, size_t{4096}}) {
      std::string bad = good;
      char& byte = bad[slot + bit / 8];
      byte = static_cast<char>(byte ^ (1 << (bit % 8)));
      const bool newest_is_bad = newest_is_first == (slot == 0);
      ASSERT_EQ(LastIn(bad).value(), SizeOf(newest_is_bad ? 5 : 6));
    }
  }
}

TEST_F(SignerMemoryTest, LosesDataOnlyWhenBothSlotsAreBad) {
  std::string bad = FileAfter(6);
  bad[20] = '\x55';
  EXPECT_OK(LastIn(bad));
  bad[4096 + 20] = '\x55';
  EXPECT_THAT(LastIn(bad), Fails(StatusCode::kDataLoss, "both slots"));
}

TEST_F(SignerMemoryTest, ReadsEveryTruncationAsTheFirstSlotOrAsLoss) {
  const std::string good = FileAfter(5);
  const SignedSize first = DecodeSignerSlot(AsBytes(good).first(512))->last;
  for (size_t length = 0; length < good.size(); length += 7) {
    SCOPED_TRACE(length);
    const absl::StatusOr<SignedSize> last = LastIn(good.substr(0, length));
    if (length < 512) {
      EXPECT_THAT(last, Fails(StatusCode::kDataLoss, "both slots"));
    } else {
      ASSERT_OK(last);
      EXPECT_EQ(*last, first);
    }
  }
  EXPECT_THAT(LastIn(good + "x"), Fails(StatusCode::kDataLoss, "longer than"));
}

}  // namespace
}  // namespace amanah::store

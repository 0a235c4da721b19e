#include "ledger/log/proof.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/log/trees.h"
#include "tests/support/matchers.h"

namespace amanah::log {
namespace {

using absl::StatusCode;
using testing_support::Fails;

constexpr size_t kSizeMax = 300;

class ProofTest : public testing::Test {
 protected:
  ProofTest() : leaves_(NumberedLeaves(kSizeMax)), reader_(leaves_) {
    for (size_t size = 0; size <= kSizeMax; ++size) {
      roots_.push_back(NaiveRoot(std::span(leaves_).first(size)));
    }
  }

  const std::vector<Hash> leaves_;
  const MapNodeReader reader_;
  std::vector<Hash> roots_;  // by size
};

// Paths that differ from `path` in one way each.
std::vector<std::vector<Hash>> Mutated(const std::vector<Hash>& path,
                                       size_t bit) {
  std::vector<std::vector<Hash>> all;
  for (size_t i = 0; i < path.size(); ++i) {
    all.push_back(path);
    all.back()[i] = WithBitFlipped(path[i], bit);
    all.push_back(path);
    all.back().erase(all.back().begin() + static_cast<std::ptrdiff_t>(i));
  }
  all.push_back(path);
  all.back().push_back(Hash{});
  all.push_back(path);
  all.back().insert(all.back().begin(), Hash{});
  if (path.size() > 1 && path[0] != path[1]) {
    all.push_back(path);
    std::swap(all.back()[0], all.back()[1]);
  }
  return all;
}

TEST_F(ProofTest, GivesTheRootAtEverySize) {
  for (size_t size = 0; size <= kSizeMax; ++size) {
    ASSERT_EQ(RootAt(reader_, size).value(), roots_[size]) << size;
    ASSERT_EQ(RightEdgeAt(reader_, size)->size(), size);
  }
}

TEST_F(ProofTest, ProvesTheInclusionOfEveryLeafAtEverySize) {
  for (size_t size = 1; size <= kSizeMax; ++size) {
    for (size_t index = 0; index < size; ++index) {
      const auto path = ProveInclusion(reader_, index, size);
      ASSERT_OK(path);
      ASSERT_OK(
          CheckInclusion(index, size, leaves_[index], *path, roots_[size]))
          << index << " of " << size;
    }
  }
}

TEST_F(ProofTest, ProvesTheSameAsThePathInMemory) {
  for (size_t size = 1; size <= kSizeMax; size += 13) {
    const auto paths = AllPathsInLeaves(std::span(leaves_).first(size));
    for (size_t index = 0; index < size; ++index) {
      ASSERT_EQ(ProveInclusion(reader_, index, size).value(), paths[index]);
    }
  }
}

TEST_F(ProofTest, RejectsEveryMutatedInclusion) {
  for (size_t size = 1; size <= 70; ++size) {
    for (size_t index = 0; index < size; ++index) {
      const Hash& leaf = leaves_[index];
      const Hash& root = roots_[size];
      const auto path = ProveInclusion(reader_, index, size).value();
      for (const auto& mutated : Mutated(path, (size * 7 + index) % 256)) {
        ASSERT_FALSE(CheckInclusion(index, size, leaf, mutated, root).ok())
            << index << " of " << size;
      }
      const size_t bit = index % 256;
      ASSERT_FALSE(
          CheckInclusion(index, size, WithBitFlipped(leaf, bit), path, root)
              .ok());
      ASSERT_FALSE(
          CheckInclusion(index, size, leaf, path, WithBitFlipped(root, bit))
              .ok());
      for (size_t other = 0; other < size; ++other) {
        if (other == index) continue;
        ASSERT_FALSE(CheckInclusion(other, size, leaf, path, root).ok());
      }
      ASSERT_FALSE(CheckInclusion(size, size, leaf, path, root).ok());
      ASSERT_FALSE(CheckInclusion(~uint64_t{0}, size, leaf, path, root).ok());
    }
  }
}

TEST_F(ProofTest, ProvesTheConsistencyOfEveryPairOfSizes) {
  for (size_t size = 1; size <= kSizeMax; ++size) {
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const auto path = ProveConsistency(reader_, old_size, size);
      ASSERT_OK(path);
      ASSERT_OK(CheckConsistency(old_size, size, *path, roots_[old_size],
                                 roots_[size]))
          << old_size << " to " << size;
      ASSERT_EQ(path->empty(), old_size == size);
    }
  }
}

TEST_F(ProofTest, RejectsEveryMutatedConsistency) {
  for (size_t size = 1; size <= 70; ++size) {
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const Hash& old_root = roots_[old_size];
      const Hash& root = roots_[size];
      const auto path = ProveConsistency(reader_, old_size, size).value();
      const size_t bit = (size * 11 + old_size) % 256;
      for (const auto& mutated : Mutated(path, bit)) {
        ASSERT_FALSE(
            CheckConsistency(old_size, size, mutated, old_root, root).ok())
            << old_size << " to " << size;
      }
      ASSERT_FALSE(CheckConsistency(old_size, size, path,
                                    WithBitFlipped(old_root, bit), root)
                       .ok());
      ASSERT_FALSE(CheckConsistency(old_size, size, path, old_root,
                                    WithBitFlipped(root, bit))
                       .ok());
      if (old_size == size) continue;
      ASSERT_FALSE(CheckConsistency(old_size, size, path, root, old_root).ok());
      ASSERT_FALSE(CheckConsistency(size, old_size, path, old_root, root).ok());
      ASSERT_FALSE(CheckConsistency(0, size, path, old_root, root).ok());
    }
  }
}

TEST_F(ProofTest, KnowsWhichProofsThereAre) {
  EXPECT_THAT(ProveInclusion(reader_, 5, 5),
              Fails(StatusCode::kOutOfRange, "no leaf 5"));
  EXPECT_THAT(ProveInclusion(reader_, 0, 0),
              Fails(StatusCode::kOutOfRange, "no leaf 0"));
  EXPECT_THAT(ProveConsistency(reader_, 0, 5),
              Fails(StatusCode::kOutOfRange, "from size 0 to 5"));
  EXPECT_THAT(ProveConsistency(reader_, 6, 5),
              Fails(StatusCode::kOutOfRange, "from size 6 to 5"));
}

TEST_F(ProofTest, HandsOnTheReadersErrors) {
  EXPECT_THAT(RootAt(reader_, 301), Fails(StatusCode::kNotFound, "node"));
  EXPECT_THAT(ProveInclusion(reader_, 0, 301),
              Fails(StatusCode::kNotFound, "node"));
  EXPECT_THAT(ProveConsistency(reader_, 3, 301),
              Fails(StatusCode::kNotFound, "node"));
}

// At the ends of uint64_t no shift may overflow and no loop run on.
TEST_F(ProofTest, ChecksTheLargestSizes) {
  const uint64_t most = ~uint64_t{0};
  const std::vector<Hash> path(64);
  EXPECT_OK(RootFromInclusion(0, most, leaves_[0], path));
  EXPECT_THAT(RootFromInclusion(0, most, leaves_[0], std::span(path).first(63)),
              Fails(StatusCode::kInvalidArgument, "64 hashes, not 63"));
  EXPECT_FALSE(CheckConsistency(1, most, path, leaves_[0], leaves_[1]).ok());
  EXPECT_FALSE(
      CheckConsistency(most - 1, most, path, leaves_[0], leaves_[1]).ok());
}

}  // namespace
}  // namespace amanah::log

// Proofs of inclusion and consistency from whatever a server may send: they are
// judged without harm, and one that differs from the right one proves nothing.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "ledger/base/check.h"
#include "ledger/log/merkle.h"
#include "ledger/log/proof.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace amanah;  // NOLINT(google-build-using-namespace)
using crypto::Hash;
using testing_support::FuzzInput;

constexpr size_t kPathMax = 70;

// A tree in memory, by definition.
class Leaves final : public log::NodeReader {
 public:
  explicit Leaves(uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) {
      leaves_.push_back(log::LeafHash(AsBytes(absl::StrFormat("%d", i))));
    }
  }
  absl::StatusOr<Hash> ReadNode(unsigned level, uint64_t index) const override {
    const auto leaves = std::span(leaves_);
    return log::RootOf(leaves.subspan(index << level, uint64_t{1} << level));
  }
  Hash Root(uint64_t size) const {
    return log::RootOf(std::span(leaves_).first(size));
  }
  const Hash& leaf(uint64_t index) const { return leaves_[index]; }

 private:
  std::vector<Hash> leaves_;
};

std::vector<Hash> TakePath(FuzzInput* input) {
  std::vector<Hash> path;
  while (!input->empty() && path.size() < kPathMax) {
    path.push_back(input->Hash());
  }
  return path;
}

void CheckAnything(FuzzInput input) {
  const uint64_t small = input.Number();
  const uint64_t large = input.Number();
  const Hash leaf = input.Hash();
  std::vector<Hash> path = TakePath(&input);
  const auto root = log::RootFromInclusion(small, large, leaf, path);
  if (root.ok()) {
    AMANAH_CHECK(log::CheckInclusion(small, large, leaf, path, *root).ok());
    Hash other = *root;
    other.bytes[0] ^= 1;
    AMANAH_CHECK(!log::CheckInclusion(small, large, leaf, path, other).ok());
    path.push_back(leaf);
    AMANAH_CHECK(!log::CheckInclusion(small, large, leaf, path, *root).ok());
    path.pop_back();
  }
  // No path leads to two roots that were chosen before it.
  Hash other = leaf;
  other.bytes[0] ^= 1;
  AMANAH_CHECK(!log::CheckConsistency(small, large, path, leaf, other).ok());
}

// Bends a right proof as the input says; false when it is as it was.
bool Bend(FuzzInput* input, std::vector<Hash>* path) {
  const std::vector<Hash> before = *path;
  while (!input->empty()) {
    const size_t place = input->Byte();
    const uint8_t how = input->Byte();
    if (place < path->size() && how % 3 == 0) {
      (*path)[place].bytes[how % crypto::kHashLength] ^= input->Byte();
    } else if (place < path->size() && how % 3 == 1) {
      path->erase(path->begin() + static_cast<ptrdiff_t>(place));
    } else if (path->size() < kPathMax) {
      path->insert(
          path->begin() + static_cast<ptrdiff_t>(place % (path->size() + 1)),
          before.empty() ? Hash{} : before[how % before.size()]);
    }
  }
  return *path != before;
}

void CheckBent(FuzzInput input) {
  static const Leaves tree(64);
  const uint64_t size = 1 + input.Byte() % 64;
  const uint64_t index = input.Byte() % size;
  const bool inclusion = input.Byte() % 2 == 0;
  if (inclusion) {
    std::vector<Hash> path = *log::ProveInclusion(tree, index, size);
    const bool bent = Bend(&input, &path);
    AMANAH_CHECK(log::CheckInclusion(index, size, tree.leaf(index), path,
                                     tree.Root(size))
                     .ok() == !bent);
    return;
  }
  const uint64_t old_size = index + 1;
  std::vector<Hash> path = *log::ProveConsistency(tree, old_size, size);
  const bool bent = Bend(&input, &path);
  AMANAH_CHECK(log::CheckConsistency(old_size, size, path, tree.Root(old_size),
                                     tree.Root(size))
                   .ok() == !bent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CheckAnything(FuzzInput(data, size));
  CheckBent(FuzzInput(data, size));
  return 0;
}

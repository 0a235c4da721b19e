// The 196 proofs of transparency-dev/merkle, each with what it must give.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/base/base64.h"
#include "ledger/log/proof.h"
#include "tests/support/shared_files.h"

namespace amanah::log {
namespace {

using nlohmann::json;

std::string BytesOf(const json& base64) {
  return DecodeBase64(base64.get<std::string>()).value();
}

// Some files hold roots or path elements that are not 32 bytes, which our types
// cannot take. A digest stands in for them: it keeps equal ones equal and fits
// no tree.
Hash HashOf(const json& base64) {
  const std::string bytes = BytesOf(base64);
  const auto hash = crypto::HashFromBytes(AsBytes(bytes));
  return hash.has_value() ? *hash : LeafHash(AsBytes("no hash: " + bytes));
}

std::vector<Hash> PathOf(const json& proof) {
  std::vector<Hash> path;
  if (proof.is_null()) return path;
  for (const json& base64 : proof) path.push_back(HashOf(base64));
  return path;
}

bool InclusionHolds(const json& file) {
  // A leaf's hash of another length is refused before any check is reached.
  const auto leaf = crypto::HashFromBytes(AsBytes(BytesOf(file["leafHash"])));
  return leaf.has_value() &&
         CheckInclusion(file["leafIdx"], file["treeSize"], *leaf,
                        PathOf(file["proof"]), HashOf(file["root"]))
             .ok();
}

bool ConsistencyHolds(const json& file) {
  return CheckConsistency(file["size1"], file["size2"], PathOf(file["proof"]),
                          HashOf(file["root1"]), HashOf(file["root2"]))
      .ok();
}

// Runs `holds` on each file below `folder`; returns how many there were.
template <typename Holds>
int RunAll(const std::filesystem::path& folder, const Holds& holds) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().string());
    const json file = testing_support::ReadJson(entry.path());
    EXPECT_EQ(holds(file), !file["wantErr"].get<bool>());
    ++count;
  }
  return count;
}

TEST(MerkleVectorsTest, AgreesOnInclusion) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/merkle/inclusion");
  EXPECT_EQ(RunAll(path, InclusionHolds), 98);
}

TEST(MerkleVectorsTest, AgreesOnConsistency) {
  AMANAH_SHARED_OR_SKIP(path, "vectors/merkle/consistency");
  EXPECT_EQ(RunAll(path, ConsistencyHolds), 98);
}

}  // namespace
}  // namespace amanah::log

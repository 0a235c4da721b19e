#include "ledger/log/possession.h"

#include <gtest/gtest.h>

namespace amanah::log {
namespace {

TEST(PossessionTest, WritesItsFiveLines) {
  // Written by Python: the hash is H(0x00 || "entry 0").
  EXPECT_EQ(
      FormatPossessionText({"ledger.example/mojokerto",
                            LeafHash(AsBytes("entry 0")), "bank-a", "bank"}),
      "amanah.key/v1\n"
      "ledger.example/mojokerto\n"
      "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=\n"
      "bank-a\n"
      "bank\n");
}

TEST(PossessionDeathTest, RequiresFieldsOfOneLine) {
  EXPECT_DEATH(FormatPossessionText({"a.b\nc", Hash{}, "n", "r"}),
               "check failed");
  EXPECT_DEATH(FormatPossessionText({"a.b", Hash{}, "n\nr", "r"}),
               "check failed");
  EXPECT_DEATH(FormatPossessionText({"a.b", Hash{}, "n", "r\n"}),
               "check failed");
}

}  // namespace
}  // namespace amanah::log

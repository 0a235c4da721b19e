// Rows of the book's state, and the texts of its values: what is accepted
// encodes back to the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "ledger/base/check.h"
#include "ledger/domain/calendar.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/money.h"
#include "ledger/domain/rows.h"

namespace {

using namespace amanah::domain;  // NOLINT(google-build-using-namespace)

template <typename Row>
void CheckRow(const std::string& bytes) {
  Row row;
  if (DecodeRow(bytes, &row)) AMANAH_CHECK(EncodeRow(row) == bytes);
}

template <typename... Rows>
void CheckRows(const std::string& bytes) {
  (CheckRow<Rows>(bytes), ...);
}

void CheckAmount(const std::string& text) {
  for (const char* currency : {"IDR", "JPY", "KWD"}) {
    const auto amount = ParseAmount(text, currency);
    if (!amount.ok()) continue;
    const auto again = ParseAmount(FormatAmount(*amount, currency), currency);
    AMANAH_CHECK(again.ok() && *again == *amount);
  }
}

void CheckNames(const std::string& text) {
  const bool taken = IsIdentifier(text) || IsEndToEndId(text) || IsCode(text) ||
                     IsRegion(text);
  if (taken) AMANAH_CHECK(!HasNationalNumber(text));
  if (HasNationalNumber(text)) {
    AMANAH_CHECK(!HasNationalNumber(Quoted(text)));
  }
  if (RegionFitsScheme(text, kKemendagriScheme)) {
    AMANAH_CHECK(IsRegion(text) && RegionContains("", text));
  }
  (void)IsRecipientScheme(text);
  (void)IsRegionScheme(text);
  (void)IsDate(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(amanah::AsText({data, size}));
  CheckRows<LedgerRow, AuthorityRow, KeyRow, PinRow, QuotaRow, ReferenceRow,
            ProgramRow, BenefitRow, AccountRow, EntitlementRow, ClaimRow,
            DisbursementRow, LinkRow>(bytes);
  uint64_t number = 0;
  if (DecodeNumber(bytes, &number)) AMANAH_CHECK(EncodeNumber(number) == bytes);
  if (const auto month = ParseMonth(bytes)) {
    AMANAH_CHECK(FormatMonth(*month) == bytes);
  }
  CheckAmount(bytes);
  CheckNames(bytes);
  return 0;
}

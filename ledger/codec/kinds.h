// The members of Statement's oneof, in the order of domain::Body.
#ifndef AMANAH_LEDGER_CODEC_KINDS_H_
#define AMANAH_LEDGER_CODEC_KINDS_H_

#include <cstdint>
#include <iterator>
#include <string_view>
#include <variant>

#include "ledger/domain/statement.h"

namespace amanah::codec {

struct Kind {
  uint32_t field;
  std::string_view name;
};

inline constexpr Kind kKinds[] = {
    {100, "ledger_opened"},        {101, "authority_enrolled"},
    {102, "key_rotated"},          {103, "authority_suspended"},
    {104, "authority_reinstated"}, {105, "authority_succeeded"},
    {106, "pins_changed"},         {107, "ledger_key_rotated"},
    {108, "rules_adopted"},        {110, "program_defined"},
    {111, "funds_appropriated"},   {120, "entitlement_granted"},
    {121, "entitlement_revoked"},  {130, "disbursement_reported"}};
static_assert(std::size(kKinds) == std::variant_size_v<domain::Body>);

}  // namespace amanah::codec

#endif  // AMANAH_LEDGER_CODEC_KINDS_H_

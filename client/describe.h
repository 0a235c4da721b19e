// Statements, outcomes and errors in words, for whoever must sign or act on
// them.
#ifndef AMANAH_CLIENT_DESCRIBE_H_
#define AMANAH_CLIENT_DESCRIBE_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "amanah/v1/posting.pb.h"
#include "ledger/domain/refusal.h"
#include "ledger/domain/statement.h"

namespace amanah::client {

// One sentence: "grants E-1 of program pkh 35.76: IDR 600,000.00 for 2026-01".
// Pseudonyms and keys are shortened; nothing that matters to a signer is left
// out: see DescribeInFull.
std::string Describe(const domain::Statement& statement);

// The sentence and a line for every other field.
std::vector<std::string> DescribeInFull(const domain::Statement& statement);

// Every field by its protocol name; bytes in base64, amounts as minor units.
nlohmann::ordered_json StatementJson(const domain::Statement& statement);

// "accepted", or "refused: overlaps the grant in entry 17 (OVERLAP)".
std::string DescribeOutcome(const domain::Outcome& outcome);
// What a refusal means, in words: "a claimant holds the same benefit for one of
// the months".
std::string_view ExplainRefusal(domain::Refusal refusal);
nlohmann::ordered_json OutcomeJson(const domain::Outcome& outcome);

// The outcome of an answer. INVALID_ARGUMENT: no verdict, or one that does not
// go with its refusal.
absl::StatusOr<domain::Outcome> OutcomeOf(const v1::Outcome& outcome);

// What is wrong with a batch and what to do about it.
std::string DescribeBatchError(const v1::BatchError& error);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_DESCRIBE_H_

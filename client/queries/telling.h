// Proved entries in words and as JSON: who said what, when, with which outcome,
// and where the proof is.
#ifndef AMANAH_CLIENT_QUERIES_TELLING_H_
#define AMANAH_CLIENT_QUERIES_TELLING_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "client/output.h"
#include "client/queries/story.h"
#include "client/verify.h"

namespace amanah::client {

// Two lines: place, time and outcome; and what was said by whom.
void TellEntry(Output* output, const VerifiedProof::Item& item);
void TellEntries(Output* output, const std::vector<VerifiedProof::Item>& items);
// The same and all of its fields.
void TellEntryInFull(Output* output, const VerifiedProof::Item& item);
nlohmann::ordered_json EntryJson(const VerifiedProof::Item& item);
nlohmann::ordered_json EntriesJson(
    const std::vector<VerifiedProof::Item>& items);

// "PAID: bank-a credited IDR 600,000.00 on 2026-01-15 (entry 12)", in colour.
std::string PaymentHeadline(const Output& output, const ProvedPayment& payment);
nlohmann::ordered_json PaymentJson(const ProvedPayment& payment);

// "PAID IN FULL", "NOT PAID", "PAID IN PART", "REVOKED", in colour.
std::string GrantHeadline(const Output& output, const ProvedGrant& granted,
                          domain::Amount live);
nlohmann::ordered_json GrantJson(const ProvedGrant& granted);

// "2026-01" or "2026-01 to 2026-03".
std::string MonthsText(const domain::Period& months);

// The marks below an answer, the checkpoint, and how to keep a receipt of the
// entry that settles it.
void TellProof(Output* output, const log::Checkpoint& checkpoint,
               uint64_t settling_sequence);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_QUERIES_TELLING_H_

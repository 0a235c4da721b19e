#include "server/posting/intake.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"

namespace amanah::server {

judge::OrError<judge::SealedBatch> TakeIn(const writer::Ledger& ledger,
                                          const Caller& caller,
                                          v1::PostBatchRequest* request) {
  judge::SubmittedBatch batch;
  batch.seal = std::move(*request->mutable_seal());
  auto* statements = request->mutable_statements();
  batch.statements.assign(std::make_move_iterator(statements->begin()),
                          std::make_move_iterator(statements->end()));
  auto checked = ledger.Check(std::move(batch));
  const auto* sealed = std::get_if<judge::SealedBatch>(&checked);
  if (sealed == nullptr) return checked;
  const std::string& author = sealed->batch.seal.author;
  if (caller.MayPostFor(author)) return checked;
  return judge::BatchError{
      judge::Problem::kCaller,
      absl::StrFormat("the batch is one of %s, the caller is %s", author,
                      caller.name()),
      {},
      {}};
}

}  // namespace amanah::server

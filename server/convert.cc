#include "server/convert.h"

#include "google/rpc/status.pb.h"

namespace amanah::server {
namespace {

// The protocol's numbers are the ledger's own, so that a cast converts them.
template <typename Proto, typename Own>
constexpr bool Same(Proto proto, Own own) {
  return static_cast<int>(proto) == static_cast<int>(own);
}
static_assert(Same(grpc::StatusCode::CANCELLED, absl::StatusCode::kCancelled));
static_assert(Same(grpc::StatusCode::UNAUTHENTICATED,
                   absl::StatusCode::kUnauthenticated));
static_assert(Same(v1::BATCH_PROBLEM_SIZE, judge::Problem::kSize));
static_assert(Same(v1::BATCH_PROBLEM_CALLER, judge::Problem::kCaller));
static_assert(Same(v1::REFUSAL_ROLE_NOT_ALLOWED,
                   domain::Refusal::kRoleNotAllowed));
static_assert(Same(v1::REFUSAL_ILLEGAL_TRANSITION,
                   domain::Refusal::kIllegalTransition));

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()),
          std::string(status.message())};
}

grpc::Status ToGrpc(const judge::BatchError& error) {
  v1::BatchError detail;
  ToProto(error, &detail);
  google::rpc::Status status;
  status.set_code(static_cast<int>(detail.code()));
  status.set_message(detail.message());
  status.add_details()->PackFrom(detail);
  return {static_cast<grpc::StatusCode>(detail.code()), detail.message(),
          status.SerializeAsString()};
}

void ToProto(const judge::BatchError& error, v1::BatchError* out) {
  const absl::Status status = judge::ToStatus(error);
  out->set_code(static_cast<uint32_t>(status.code()));
  out->set_message(std::string(status.message()));
  out->set_problem(static_cast<v1::BatchProblem>(error.problem));
  if (error.statement_index.has_value()) {
    out->set_statement_index(*error.statement_index);
  }
  for (const judge::Recorded& recorded : error.recorded) {
    v1::RecordedStatement* one = out->add_recorded();
    one->set_statement_index(recorded.statement_index);
    one->set_sequence(recorded.sequence);
  }
}

void ToProto(const domain::Outcome& outcome, v1::Outcome* out) {
  if (outcome.accepted()) {
    out->set_verdict(v1::VERDICT_ACCEPTED);
    return;
  }
  out->set_verdict(v1::VERDICT_REFUSED);
  out->set_refusal(static_cast<v1::Refusal>(*outcome.refusal));
  if (outcome.conflict.has_value()) out->set_conflict(*outcome.conflict);
}

void ToProto(const writer::Acknowledgement& acknowledgement,
             v1::Acknowledgement* out) {
  out->mutable_results()->Reserve(
      static_cast<int>(acknowledgement.results.size()));
  for (const writer::Result& result : acknowledgement.results) {
    v1::Result* one = out->add_results();
    one->set_sequence(result.sequence);
    ToProto(result.outcome, one->mutable_outcome());
    one->set_entry_hash(result.entry_hash.bytes.data(),
                        result.entry_hash.bytes.size());
  }
  out->set_checkpoint(acknowledgement.tip->checkpoint);
  out->set_repeat(acknowledgement.repeat);
}

}  // namespace amanah::server

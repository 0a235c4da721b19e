#include "server/posting/post_call.h"

#include <utility>

#include "server/ask.h"
#include "server/convert.h"
#include "server/logging.h"
#include "server/posting/intake.h"

namespace amanah::server {

PostCall* PostCall::Begin(Host* host,
                          const grpc::CallbackServerContext& context,
                          Admitted admitted,
                          const v1::PostBatchRequest& request,
                          v1::PostBatchResponse* response) {
  std::shared_ptr<PostCall> call(
      new PostCall(host, EndOf(*host, context), response));
  PostCall* const out = call.get();
  out->self_ = call;
  host->calls.Add(out);
  // gRPC gives the request as const, but it is this call's alone, and nobody
  // reads it again: its statements are moved out rather than copied.
  auto checked = TakeIn(*admitted.ledger, admitted.caller,
                        const_cast<v1::PostBatchRequest*>(&request));
  if (const auto* error = std::get_if<judge::BatchError>(&checked)) {
    LogInfo("refused-batch", {{"caller", admitted.caller.name()},
                              {"problem", judge::ProblemName(error->problem)}});
    call->OnAnswer(*error);
    return out;
  }
  admitted.ledger->Submit(
      std::get<judge::SealedBatch>(std::move(checked)),
      [call](const writer::Answer& answer) { call->OnAnswer(answer); });
  return out;
}

void PostCall::OnTick(int64_t monotonic_us) {
  if (monotonic_us < end_us_ || finished_.exchange(true)) return;
  Finish({grpc::StatusCode::DEADLINE_EXCEEDED,
          "the batch is not decided yet: post it again to learn what became "
          "of it"});
}

void PostCall::OnAnswer(const writer::Answer& answer) {
  if (finished_.exchange(true)) return;
  if (const auto* error = std::get_if<judge::BatchError>(&answer)) {
    Finish(ToGrpc(*error));
    return;
  }
  ToProto(std::get<writer::Acknowledgement>(answer),
          response_->mutable_acknowledgement());
  Finish(grpc::Status::OK);
}

void PostCall::OnDone() {
  host_->calls.Remove(this);
  self_.reset();
}

}  // namespace amanah::server

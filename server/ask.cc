#include "server/ask.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "server/convert.h"
#include "server/logging.h"

namespace amanah::server {
namespace {

struct Question {
  Host* host;
  grpc::CallbackServerContext* context;
  std::string_view name;
  Admitted admitted;
  int64_t began_us = 0;
  int64_t end_us = 0;
  Work work;
};

absl::Status AnswerTo(Question* question) {
  if (question->host->clock->MonotonicUs() >= question->end_us) {
    return absl::DeadlineExceededError("the call waited too long for a reader");
  }
  // Nobody would read the answer.
  if (question->context->IsCancelled()) {
    return absl::CancelledError("the caller has gone");
  }
  Reading reading(question->host, &question->admitted, question->end_us);
  return question->work(&reading);
}

}  // namespace

int64_t EndOf(const Host& host, const grpc::CallbackServerContext& context) {
  const int64_t now_us = host.clock->MonotonicUs();
  const auto left = context.deadline() - std::chrono::system_clock::now();
  const int64_t left_us =
      std::chrono::duration_cast<std::chrono::microseconds>(left).count();
  return now_us +
         std::clamp<int64_t>(left_us, 0, host.limits.unary_time_max_us);
}

grpc::ServerUnaryReactor* Ask(Host* host, grpc::CallbackServerContext* context,
                              std::string_view name, Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto admitted = host->Admit(*context);
  if (!admitted.ok()) {
    LogDebug(
        "refused-call",
        {{"call", name}, {"code", static_cast<int>(admitted.status().code())}});
    reactor->Finish(ToGrpc(admitted.status()));
    return reactor;
  }
  // std::function wants what it holds to be copyable.
  auto question = std::make_shared<Question>(Question{
      host, context, name, *std::move(admitted), host->clock->MonotonicUs(),
      EndOf(*host, *context), std::move(work)});
  const bool taken = host->reads.TryRun([question, reactor] {
    const absl::Status status = AnswerTo(question.get());
    LogDebug("answered", {{"call", question->name},
                          {"caller", question->admitted.caller.name()},
                          {"code", static_cast<int>(status.code())},
                          {"us", question->host->clock->MonotonicUs() -
                                     question->began_us}});
    reactor->Finish(ToGrpc(status));
  });
  if (!taken) {
    reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                     "too many questions wait: retry later"});
  }
  return reactor;
}

}  // namespace amanah::server

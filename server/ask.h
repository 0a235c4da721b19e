// How a question is answered: its caller is looked up in the network's thread,
// and the rest is done by the host's readers, within the longest time that a
// unary call may take.
#ifndef AMANAH_SERVER_ASK_H_
#define AMANAH_SERVER_ASK_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "server/host.h"
#include "server/reading.h"

namespace amanah::server {

using Work = std::function<absl::Status(Reading* reading)>;

// The reactor of a unary call that does `work`. What the work fills must live
// as long as the call. `name` is for the log.
grpc::ServerUnaryReactor* Ask(Host* host, grpc::CallbackServerContext* context,
                              std::string_view name, Work work);

// When a call ends at the latest, as a monotonic time: at its deadline, and
// after Limits::unary_time_max_us.
int64_t EndOf(const Host& host, const grpc::CallbackServerContext& context);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_ASK_H_

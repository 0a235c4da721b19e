// A server over loopback TLS on a real ledger in a temporary folder, and its
// callers with their certificates.
#ifndef AMANAH_TESTS_SERVER_SERVER_FIXTURE_H_
#define AMANAH_TESTS_SERVER_SERVER_FIXTURE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amanah/v1/audit.grpc.pb.h"
#include "amanah/v1/posting.grpc.pb.h"
#include "amanah/v1/query.grpc.pb.h"
#include "ledger/crypto/certificate.h"
#include "server/server.h"
#include "tests/server/held_ledger.h"
#include "tests/support/book_fixture.h"
#include "tests/support/running_ledger.h"

namespace amanah::server {

using testing_support::RunningLedger;

// The certificate of that name; the same on every call.
const crypto::TlsCertificate& CertificateFor(const std::string& name);

v1::PostBatchRequest ToRequest(judge::SubmittedBatch batch);

// Grants of so many entitlements: E0, E1 and so on.
std::vector<domain::Body> Grants(int count, const std::string& prefix = "E");

// The BatchError in a status' details; a code of 0 when there is none.
v1::BatchError DetailOf(const grpc::Status& status);

class ServerTest : public testing::Test {
 protected:
  // Entries 0 to 7 open the ledger and enrol (test_ledger.h); 8 to 15 are the
  // pins of ani, budi, citra, dinsos, dukcapil, bank-a, bank-b and bpk.
  static constexpr uint64_t kFirstFree = 16;

  ServerTest();
  ~ServerTest() override;

  // Starts the server; looks callers up again every 20 ms, of the ledger's
  // clock, unless told otherwise.
  void Start(Limits limits = {});
  // The same, but nothing is served yet. Callers connect anew.
  void Listen(const ServerOptions& options);
  ServerOptions OptionsFor(const Limits& limits);

  // A connection of its own. Without a name: without a certificate.
  std::shared_ptr<grpc::Channel> Connect(std::string_view name);
  std::shared_ptr<grpc::Channel> ConnectWith(
      const crypto::TlsCertificate* certificate);

  // Calls as `name`.
  grpc::Status Post(std::string_view name, judge::SubmittedBatch batch,
                    v1::PostBatchResponse* response = nullptr);
  template <typename Request, typename Response>
  grpc::Status Ask(std::string_view name,
                   grpc::Status (v1::Query::Stub::*call)(grpc::ClientContext*,
                                                         const Request&,
                                                         Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    return (*QueryAs(name).*call)(&context, request, response);
  }
  template <typename Request, typename Response>
  grpc::Status Ask(std::string_view name,
                   grpc::Status (v1::Audit::Stub::*call)(grpc::ClientContext*,
                                                         const Request&,
                                                         Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    return (*v1::Audit::NewStub(ChannelOf(name)).*call)(&context, request,
                                                        response);
  }
  std::unique_ptr<v1::Posting::Stub> PostingAs(std::string_view name);
  std::unique_ptr<v1::Query::Stub> QueryAs(std::string_view name);
  std::unique_ptr<v1::Audit::Stub> AuditAs(std::string_view name);

  // Recorded and accepted, past the server; gives the first sequence.
  uint64_t Say(std::string_view author, std::vector<domain::Body> bodies);
  testing_support::TestLedger& parties() { return ledger_.parties(); }
  std::shared_ptr<grpc::Channel> ChannelOf(std::string_view name);

  RunningLedger ledger_;
  HeldLedger held_;
  std::unique_ptr<Server> server_;

 private:
  std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>> channels_;
};

}  // namespace amanah::server

#endif  // AMANAH_TESTS_SERVER_SERVER_FIXTURE_H_

// The service Query: every call is an Answer() of answers.h.
#ifndef AMANAH_SERVER_QUERY_SERVICE_H_
#define AMANAH_SERVER_QUERY_SERVICE_H_

#include "amanah/v1/query.grpc.pb.h"
#include "server/host.h"

namespace amanah::server {

// Thread-safe. The host must outlive it.
class QueryService final : public v1::Query::CallbackService {
 public:
  explicit QueryService(Host* host) : host_(host) {}

  grpc::ServerUnaryReactor* GetEntry(grpc::CallbackServerContext* context,
                                     const v1::GetEntryRequest* request,
                                     v1::GetEntryResponse* response) override;
  grpc::ServerUnaryReactor* GetEntitlement(
      grpc::CallbackServerContext* context,
      const v1::GetEntitlementRequest* request,
      v1::GetEntitlementResponse* response) override;
  grpc::ServerUnaryReactor* GetDisbursement(
      grpc::CallbackServerContext* context,
      const v1::GetDisbursementRequest* request,
      v1::GetDisbursementResponse* response) override;
  grpc::ServerUnaryReactor* GetProgram(
      grpc::CallbackServerContext* context,
      const v1::GetProgramRequest* request,
      v1::GetProgramResponse* response) override;
  grpc::ServerUnaryReactor* GetBalances(
      grpc::CallbackServerContext* context,
      const v1::GetBalancesRequest* request,
      v1::GetBalancesResponse* response) override;
  grpc::ServerUnaryReactor* LookupReferences(
      grpc::CallbackServerContext* context,
      const v1::LookupReferencesRequest* request,
      v1::LookupReferencesResponse* response) override;
  grpc::ServerUnaryReactor* ListEntitlements(
      grpc::CallbackServerContext* context,
      const v1::ListEntitlementsRequest* request,
      v1::ListEntitlementsResponse* response) override;
  grpc::ServerUnaryReactor* ListDisbursements(
      grpc::CallbackServerContext* context,
      const v1::ListDisbursementsRequest* request,
      v1::ListDisbursementsResponse* response) override;
  grpc::ServerUnaryReactor* GetRecipientHistory(
      grpc::CallbackServerContext* context,
      const v1::GetRecipientHistoryRequest* request,
      v1::GetRecipientHistoryResponse* response) override;
  grpc::ServerUnaryReactor* Summarise(grpc::CallbackServerContext* context,
                                      const v1::SummariseRequest* request,
                                      v1::SummariseResponse* response) override;

 private:
  Host* const host_;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_QUERY_SERVICE_H_

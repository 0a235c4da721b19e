#include "server/query/service.h"

#include "server/ask.h"
#include "server/query/answers.h"

namespace amanah::server {
namespace {

template <typename Request, typename Response>
grpc::ServerUnaryReactor* AskFor(Host* host,
                                 grpc::CallbackServerContext* context,
                                 std::string_view name, const Request* request,
                                 Response* response) {
  return Ask(host, context, name, [request, response](Reading* reading) {
    return Answer(reading, *request, response);
  });
}

}  // namespace

grpc::ServerUnaryReactor* QueryService::GetEntry(
    grpc::CallbackServerContext* context, const v1::GetEntryRequest* request,
    v1::GetEntryResponse* response) {
  return AskFor(host_, context, "GetEntry", request, response);
}

grpc::ServerUnaryReactor* QueryService::GetEntitlement(
    grpc::CallbackServerContext* context,
    const v1::GetEntitlementRequest* request,
    v1::GetEntitlementResponse* response) {
  return AskFor(host_, context, "GetEntitlement", request, response);
}

grpc::ServerUnaryReactor* QueryService::GetDisbursement(
    grpc::CallbackServerContext* context,
    const v1::GetDisbursementRequest* request,
    v1::GetDisbursementResponse* response) {
  return AskFor(host_, context, "GetDisbursement", request, response);
}

grpc::ServerUnaryReactor* QueryService::GetProgram(
    grpc::CallbackServerContext* context, const v1::GetProgramRequest* request,
    v1::GetProgramResponse* response) {
  return AskFor(host_, context, "GetProgram", request, response);
}

grpc::ServerUnaryReactor* QueryService::GetBalances(
    grpc::CallbackServerContext* context, const v1::GetBalancesRequest* request,
    v1::GetBalancesResponse* response) {
  return AskFor(host_, context, "GetBalances", request, response);
}

grpc::ServerUnaryReactor* QueryService::LookupReferences(
    grpc::CallbackServerContext* context,
    const v1::LookupReferencesRequest* request,
    v1::LookupReferencesResponse* response) {
  return AskFor(host_, context, "LookupReferences", request, response);
}

grpc::ServerUnaryReactor* QueryService::ListEntitlements(
    grpc::CallbackServerContext* context,
    const v1::ListEntitlementsRequest* request,
    v1::ListEntitlementsResponse* response) {
  return AskFor(host_, context, "ListEntitlements", request, response);
}

grpc::ServerUnaryReactor* QueryService::ListDisbursements(
    grpc::CallbackServerContext* context,
    const v1::ListDisbursementsRequest* request,
    v1::ListDisbursementsResponse* response) {
  return AskFor(host_, context, "ListDisbursements", request, response);
}

grpc::ServerUnaryReactor* QueryService::GetRecipientHistory(
    grpc::CallbackServerContext* context,
    const v1::GetRecipientHistoryRequest* request,
    v1::GetRecipientHistoryResponse* response) {
  return AskFor(host_, context, "GetRecipientHistory", request, response);
}

grpc::ServerUnaryReactor* QueryService::Summarise(
    grpc::CallbackServerContext* context, const v1::SummariseRequest* request,
    v1::SummariseResponse* response) {
  return AskFor(host_, context, "Summarise", request, response);
}

}  // namespace amanah::server

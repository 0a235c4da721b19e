#include "client/remote.h"

#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/cord.h"
#include "amanah/v1/audit.grpc.pb.h"
#include "amanah/v1/posting.grpc.pb.h"
#include "amanah/v1/query.grpc.pb.h"
#include "client/exit.h"
#include "client/pinned_credentials.h"
#include "ledger/base/loopback.h"
#include "ledger/base/status.h"

namespace amanah::client {
namespace {

constexpr char kBatchErrorPayload[] = "amanah/batch-error";
// Above the largest answer: entries of a recipient's history with their paths.
constexpr int kMessageLengthMax = 16 << 20;
constexpr int kReconnectMs = 200;
// For one attempt to connect, TLS included: lines are slow, and servers busy.
constexpr int kConnectMs = 10'000;

// grpc.health.v1: a request without a service asks for the whole server, and an
// answer's field 1 is the state. Debian packages no code for it.
constexpr char kHealthMethod[] = "/grpc.health.v1.Health/Check";
constexpr std::string_view kServing("\x08\x01", 2);

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

absl::StatusCode CodeOf(int code) {
  // gRPC's codes and absl's are the same numbers.
  return static_cast<absl::StatusCode>(code);
}

std::optional<v1::BatchError> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (status.error_details().empty() ||
      !details.ParseFromString(status.error_details())) {
    return std::nullopt;
  }
  for (const auto& detail : details.details()) {
    v1::BatchError error;
    if (detail.UnpackTo(&error)) return error;
  }
  return std::nullopt;
}

absl::Status Attach(absl::Status status, const v1::BatchError& error) {
  status.SetPayload(kBatchErrorPayload, absl::Cord(error.SerializeAsString()));
  return status;
}

absl::StatusOr<std::string> ReadPem(const char* what,
                                    const std::filesystem::path& path) {
  if (path.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the profile names no %s, which the server asks for", what));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read the %s %s", what, path.string()));
  }
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

// A TLS key speaks for its owner as a signing key does.
absl::StatusOr<std::string> ReadTlsKey(const std::filesystem::path& path) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(path, error).permissions();
  if (!error &&
      (mode & (perms::group_all | perms::others_all)) != perms::none) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "the certificate_key %s has mode %04o, which lets others use it; "
        "allowed is 0600",
        path.string(), static_cast<unsigned>(mode)));
  }
  return ReadPem("certificate_key", path);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const Profile& profile, std::shared_ptr<PinState> state) {
  if (profile.plaintext) {
    if (!IsLoopback(profile.server)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("plain text goes to a loopback address only, and %s "
                          "is none",
                          profile.server));
    }
    return grpc::InsecureChannelCredentials();
  }
  if (!profile.server_pin.has_value()) {
    return absl::InvalidArgumentError(
        "the profile does not pin the server's certificate: give server_pin, "
        "or --server-pin");
  }
  AMANAH_ASSIGN_OR_RETURN(std::string certificate,
                          ReadPem("certificate", profile.certificate));
  AMANAH_ASSIGN_OR_RETURN(std::string key, ReadTlsKey(profile.certificate_key));
  return PinnedCredentials(*profile.server_pin, std::move(certificate),
                           std::move(key), std::move(state));
}

class GrpcPostStream final : public PostStream {
 public:
  using Translate = std::function<absl::Status(const grpc::Status&)>;

  GrpcPostStream(v1::Posting::Stub* stub, Translate translate)
      : stream_(stub->PostBatches(&context_)),
        translate_(std::move(translate)) {}

  bool Write(const v1::PostBatchesRequest& request) override {
    return stream_->Write(request);
  }
  bool Read(v1::PostBatchesResponse* response) override {
    return stream_->Read(response);
  }
  void WritesDone() override { stream_->WritesDone(); }
  void Cancel() override { context_.TryCancel(); }
  absl::Status Finish() override { return translate_(stream_->Finish()); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientReaderWriter<v1::PostBatchesRequest, v1::PostBatchesResponse>>
      stream_;
  Translate translate_;
};

class GrpcRemote final : public Remote {
 public:
  GrpcRemote(const std::shared_ptr<grpc::Channel>& channel,
             std::shared_ptr<PinState> pin, const RemoteOptions& options)
      : posting_(v1::Posting::NewStub(channel)),
        query_(v1::Query::NewStub(channel)),
        audit_(v1::Audit::NewStub(channel)),
        generic_(channel),
        pin_(std::move(pin)),
        options_(options) {}

  absl::StatusOr<bool> IsServing() override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         options_.call_timeout);
    // A buffer of no slices at all is no message; one empty slice is one.
    const grpc::Slice nothing;
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    generic_.UnaryCall(
        &context, kHealthMethod, grpc::StubOptions(), &request, &response,
        [&done](grpc::Status status) { done.set_value(std::move(status)); });
    AMANAH_RETURN_IF_ERROR(Translate(done.get_future().get()));
    return TextOf(response) == kServing;
  }

  absl::StatusOr<v1::PostBatchResponse> PostBatch(
      const v1::PostBatchRequest& request) override {
    return Call(*posting_, &v1::Posting::Stub::PostBatch, request);
  }
  std::unique_ptr<PostStream> PostBatches() override {
    return std::make_unique<GrpcPostStream>(
        posting_.get(),
        [this](const grpc::Status& status) { return Translate(status); });
  }

  absl::StatusOr<v1::GetEntryResponse> GetEntry(
      const v1::GetEntryRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetEntry, request);
  }
  absl::StatusOr<v1::GetEntitlementResponse> GetEntitlement(
      const v1::GetEntitlementRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetEntitlement, request);
  }
  absl::StatusOr<v1::GetDisbursementResponse> GetDisbursement(
      const v1::GetDisbursementRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetDisbursement, request);
  }
  absl::StatusOr<v1::GetProgramResponse> GetProgram(
      const v1::GetProgramRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetProgram, request);
  }
  absl::StatusOr<v1::GetBalancesResponse> GetBalances(
      const v1::GetBalancesRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetBalances, request);
  }
  absl::StatusOr<v1::LookupReferencesResponse> LookupReferences(
      const v1::LookupReferencesRequest& request) override {
    return Call(*query_, &v1::Query::Stub::LookupReferences, request);
  }
  absl::StatusOr<v1::ListEntitlementsResponse> ListEntitlements(
      const v1::ListEntitlementsRequest& request) override {
    return Call(*query_, &v1::Query::Stub::ListEntitlements, request);
  }
  absl::StatusOr<v1::ListDisbursementsResponse> ListDisbursements(
      const v1::ListDisbursementsRequest& request) override {
    return Call(*query_, &v1::Query::Stub::ListDisbursements, request);
  }
  absl::StatusOr<v1::GetRecipientHistoryResponse> GetRecipientHistory(
      const v1::GetRecipientHistoryRequest& request) override {
    return Call(*query_, &v1::Query::Stub::GetRecipientHistory, request);
  }
  absl::StatusOr<v1::SummariseResponse> Summarise(
      const v1::SummariseRequest& request) override {
    return Call(*query_, &v1::Query::Stub::Summarise, request);
  }

  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint() override {
    return Call(*audit_, &v1::Audit::Stub::GetCheckpoint,
                v1::GetCheckpointRequest());
  }
  absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
      const v1::GetInclusionProofRequest& request) override {
    return Call(*audit_, &v1::Audit::Stub::GetInclusionProof, request);
  }
  absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const v1::GetConsistencyProofRequest& request) override {
    return Call(*audit_, &v1::Audit::Stub::GetConsistencyProof, request);
  }

  absl::Status StreamEntries(
      const v1::StreamEntriesRequest& request,
      const std::function<absl::Status(const v1::StreamEntriesResponse&)>& take)
      override {
    return Stream(*audit_, &v1::Audit::Stub::StreamEntries, request, take);
  }
  absl::Status WatchCheckpoints(
      const v1::WatchCheckpointsRequest& request,
      const std::function<absl::Status(const v1::WatchCheckpointsResponse&)>&
          take) override {
    return Stream(*audit_, &v1::Audit::Stub::WatchCheckpoints, request, take);
  }

 private:
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(
      Stub& stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    auto pause = options_.first_pause;
    for (int attempt = 1;; ++attempt) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() +
                           options_.call_timeout);
      Response response;
      absl::Status status =
          Translate((stub.*method)(&context, request, &response));
      if (status.ok()) return response;
      if (!IsTransient(status) || attempt >= options_.attempts_max) {
        return status;
      }
      std::this_thread::sleep_for(pause);
      pause *= 2;
    }
  }

  template <typename Stub, typename Request, typename Response>
  absl::Status Stream(
      Stub& stub,
      std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
          grpc::ClientContext*, const Request&),
      const Request& request,
      const std::function<absl::Status(const Response&)>& take) {
    grpc::ClientContext context;
    const auto reader = (stub.*method)(&context, request);
    Response response;
    absl::Status taken;
    while (taken.ok() && reader->Read(&response)) taken = take(response);
    if (!taken.ok()) context.TryCancel();
    const grpc::Status finished = reader->Finish();
    return taken.ok() ? Translate(finished) : taken;
  }

  absl::Status Translate(const grpc::Status& status) const {
    if (status.ok()) return absl::OkStatus();
    // gRPC tells of a failed handshake as of a machine that is not there, and
    // would try again.
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE &&
        pin_->mismatch) {
      return FromServer(absl::UnauthenticatedError(
          "the server's certificate is not the one that the profile pins"));
    }
    absl::Status translated(CodeOf(status.error_code()),
                            status.error_message());
    if (const auto error = DetailOf(status)) {
      translated = Attach(std::move(translated), *error);
    }
    return FromServer(std::move(translated));
  }

  std::unique_ptr<v1::Posting::Stub> posting_;
  std::unique_ptr<v1::Query::Stub> query_;
  std::unique_ptr<v1::Audit::Stub> audit_;
  grpc::GenericStub generic_;
  std::shared_ptr<PinState> pin_;
  RemoteOptions options_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Remote>> Remote::Connect(
    const Profile& profile, const RemoteOptions& options) {
  if (profile.server.empty()) {
    return absl::InvalidArgumentError(
        "the profile names no server: give server, or --server");
  }
  auto state = std::make_shared<PinState>();
  AMANAH_ASSIGN_OR_RETURN(const auto credentials,
                          CredentialsOf(profile, state));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageLengthMax);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMs);
  // Despite its name, how long an attempt may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return std::make_unique<GrpcRemote>(
      grpc::CreateCustomChannel(profile.server, credentials, arguments),
      std::move(state), options);
}

std::optional<v1::BatchError> BatchErrorOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kBatchErrorPayload);
  v1::BatchError error;
  if (!payload.has_value() || !error.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return error;
}

absl::Status StatusOf(const v1::BatchError& error) {
  const absl::StatusCode code = error.code() == 0
                                    ? absl::StatusCode::kUnknown
                                    : CodeOf(static_cast<int>(error.code()));
  return FromServer(Attach(absl::Status(code, error.message()), error));
}

}  // namespace amanah::client

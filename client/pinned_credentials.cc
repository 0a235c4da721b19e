#include "client/pinned_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/crypto/certificate.h"

namespace amanah::client {
namespace {

namespace tls = grpc::experimental;

class PinVerifier final : public tls::ExternalCertificateVerifier {
 public:
  PinVerifier(const crypto::Hash& pin, std::shared_ptr<PinState> state)
      : pin_(pin), state_(std::move(state)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/,
              grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    const auto hash =
        crypto::SpkiHashOfPem(std::string_view(pem.data(), pem.size()));
    const bool good = hash.ok() && *hash == pin_;
    state_->mismatch = !good;
    *sync_status = good ? grpc::Status::OK
                        : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                       "not the pinned certificate");
    return true;
  }

  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  crypto::Hash pin_;
  std::shared_ptr<PinState> state_;
};

}  // namespace

std::shared_ptr<grpc::ChannelCredentials> PinnedCredentials(
    const crypto::Hash& pin, std::string certificate_pem, std::string key_pem,
    std::shared_ptr<PinState> state) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<tls::StaticDataCertificateProvider>(
          std::vector<tls::IdentityKeyCertPair>{
              {std::move(key_pem), std::move(certificate_pem)}}));
  options.watch_identity_key_cert_pairs();
  // The pin takes the place of chain and host name; gRPC would otherwise look
  // for roots of the web, of which there may be none on the machine.
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<PinVerifier>(pin,
                                                            std::move(state)));
  return tls::TlsCredentials(options);
}

}  // namespace amanah::client

// Channel credentials for a server that is known by its certificate's key and
// nothing else: the TLS handshake shows that the other side holds the key, and
// the pin that it is the right one. No authority of the web and no host name is
// asked.
#ifndef AMANAH_CLIENT_PINNED_CREDENTIALS_H_
#define AMANAH_CLIENT_PINNED_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <atomic>
#include <memory>
#include <string>

#include "ledger/crypto/hash.h"

namespace amanah::client {

// What the handshakes of a channel found. Thread-safe.
struct PinState {
  // The last certificate was not the pinned one; the next good one clears it.
  std::atomic<bool> mismatch{false};
};

// `certificate_pem` and `key_pem` are what the server sees of us.
std::shared_ptr<grpc::ChannelCredentials> PinnedCredentials(
    const crypto::Hash& pin, std::string certificate_pem, std::string key_pem,
    std::shared_ptr<PinState> state);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_PINNED_CREDENTIALS_H_

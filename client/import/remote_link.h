// The ledger behind an import, over gRPC: batches are sealed here and posted on
// one stream; each answer's checkpoint is verified, and the entries that it
// tells of are proved.
#ifndef AMANAH_CLIENT_IMPORT_REMOTE_LINK_H_
#define AMANAH_CLIENT_IMPORT_REMOTE_LINK_H_

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/import/poster.h"
#include "client/remote.h"
#include "client/verify.h"
#include "ledger/base/clock.h"
#include "ledger/crypto/signing.h"

namespace amanah::client {

// Who posts, and how. The pointers must outlive the link.
struct RemoteLinkOptions {
  std::string author;
  const crypto::SigningKey* key = nullptr;
  const Clock* clock = &SystemClock();
  // Before asking again for the first time; doubled for each further one.
  std::chrono::milliseconds first_pause{200};
};

// A stream that breaks off answers its batches with kBusy and is opened anew by
// the next Post. Errors as Remote and Verifier. Not thread-safe.
class RemoteLink final : public LedgerLink {
 public:
  RemoteLink(Remote* remote, Verifier* verifier,
             const RemoteLinkOptions& options)
      : remote_(remote), verifier_(verifier), options_(options) {}
  RemoteLink(const RemoteLink&) = delete;
  RemoteLink& operator=(const RemoteLink&) = delete;
  ~RemoteLink() override;

  absl::StatusOr<std::vector<std::optional<OnRecord>>> Lookup(
      const std::vector<std::string>& references) override;
  absl::Status Prove(std::vector<Claim> claims) override;
  absl::Status Post(uint64_t tag, std::vector<std::string> statements) override;
  absl::StatusOr<PostAnswer> Wait() override;
  size_t in_flight_max() const override { return 8; }
  void Pause(int round) override;

  // The error of an import that ended: marked as the server's where it tells of
  // a batch that the server did not take.
  absl::Status Mark(const absl::Status& ended) const;

 private:
  void Open();
  void Close();
  // Hands over what the stream answers, until it ends.
  void ReadAnswers(PostStream* stream);
  // The stream has ended, or said nothing for too long: its batches are lost.
  absl::Status TakeEnd(bool told);
  absl::StatusOr<PostAnswer> TakeAnswer(const v1::PostBatchesResponse& answer);
  absl::StatusOr<std::vector<Posted>> TakeAcknowledgement(
      const std::vector<std::string>& statements,
      const v1::Acknowledgement& acknowledgement);

  Remote* remote_;
  Verifier* verifier_;
  const RemoteLinkOptions options_;
  // Statements of the batches that are not answered yet, by tag.
  std::map<uint64_t, std::vector<std::string>> in_flight_;
  // Why the last batch that was not taken was not.
  std::optional<v1::BatchError> error_;
  // Batches of a stream that broke off; answered first.
  std::deque<uint64_t> lost_;

  std::unique_ptr<PostStream> stream_;  // null: to be opened
  std::thread reader_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<v1::PostBatchesResponse> answers_;
  bool ended_ = false;
};

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_IMPORT_REMOTE_LINK_H_

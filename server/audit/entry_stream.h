// One StreamEntries stream: the log in chunks. The next chunk is read while the
// one before is being written.
#ifndef AMANAH_SERVER_AUDIT_ENTRY_STREAM_H_
#define AMANAH_SERVER_AUDIT_ENTRY_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <array>
#include <cstdint>
#include <memory>

#include "amanah/v1/audit.pb.h"
#include "server/open_stream.h"

namespace amanah::server {

// Lives until the call is done and no thread works for it. Takes one of the
// host's places for such streams, which the caller has taken for it.
class EntryStream final
    : public grpc::ServerWriteReactor<v1::StreamEntriesResponse>,
      public OpenStream {
 public:
  // Entries [first, end), which are synced. Begins at once; what is returned
  // belongs to gRPC.
  static EntryStream* Begin(Host* host, grpc::CallbackServerContext* context,
                            Admitted admitted, uint64_t first, uint64_t end);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  EntryStream(Host* host, grpc::CallbackServerContext* context,
              Admitted admitted, uint64_t first, uint64_t end);

  // Reads the next chunk, in a reader's thread.
  void Read();
  absl::Status ReadChunk(v1::StreamEntriesResponse* chunk);
  // Those below need mutex_ held.
  void Proceed();
  void End(grpc::Status status) override;

  const uint64_t end_sequence_;
  uint64_t next_;  // of the one thread that reads

  // With mutex_; write_ is pending while gRPC has the chunk that is not free.
  std::shared_ptr<EntryStream> self_;
  std::array<v1::StreamEntriesResponse, 2> chunks_;
  int free_chunk_ = 0;    // the one that is read into
  bool reading_ = false;  // a reader works
  bool ready_ = false;    // free_chunk_ is filled
  bool all_read_ = false;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_AUDIT_ENTRY_STREAM_H_

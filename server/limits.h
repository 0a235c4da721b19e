// Every limit of the server, with its number. docs/operations.md repeats those
// that clients and operators meet.
#ifndef AMANAH_SERVER_LIMITS_H_
#define AMANAH_SERVER_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace amanah::server {

// Fixed for every server: clients rely on them. Batches, statements and seals
// are limited by the ledger itself (domain::kBatchSizeMax and its like).

// A message to the server: a batch of 1 MiB and what protobuf adds. A longer
// one is RESOURCE_EXHAUSTED and ends its stream.
inline constexpr int kRequestLengthMax = 2 * 1024 * 1024;
// What gRPC keeps of a stream that is not read on, beside the message that is
// being read.
inline constexpr int kUnreadLengthMax = 256 * 1024;
// Entries of one message of StreamEntries; one entry always fits.
inline constexpr size_t kChunkLengthMax = size_t{1} << 20;

// What a waiting answer takes for each statement of its batch.
inline constexpr size_t kAnswerLengthEach = 64;

// Rows of one page where the caller says nothing, and at most. More asked for
// is INVALID_ARGUMENT.
inline constexpr uint32_t kPageSizeDefault = 100;
inline constexpr uint32_t kPageSizeMax = 1'000;
inline constexpr uint32_t kBalancesPageSizeMax = 1'000;
// References in one LookupReferences; more is INVALID_ARGUMENT.
inline constexpr int kReferencesMax = 4'096;
// Entries in one proof: the first and the newest ones are shown.
inline constexpr size_t kProofEntriesMax = 100;

// What an operator may set, and tests do.
struct Limits {
  // A message from the server.
  int response_length_max = 4 * 1024 * 1024;
  // Batches of one PostBatches stream whose answers are not written yet; the
  // server then reads no more, and HTTP/2 flow control holds the client.
  uint32_t batches_in_flight_max = 64;
  // The same for the bytes of those answers, each a batch's statements times
  // kAnswerLengthEach; the last batch may go over it.
  size_t answers_length_max = size_t{4} << 20;
  // Streams of all connections together, and of them of one authority; more is
  // RESOURCE_EXHAUSTED. Without TLS all callers are one authority.
  uint32_t posting_streams_max = 1'024;
  uint32_t posting_streams_each_max = 64;
  uint32_t checkpoint_streams_max = 256;
  uint32_t checkpoint_streams_each_max = 16;
  uint32_t entry_streams_max = 16;
  uint32_t entry_streams_each_max = 4;
  // A stream is cut off when its client has not taken a message for so long.
  int64_t write_time_max_us = int64_t{60} * 1'000'000;
  // Calls of one connection at a time; HTTP/2 makes a client wait with more.
  uint32_t calls_per_connection_max = 128;
  // Threads that answer questions, and calls that may wait for one; more is
  // RESOURCE_EXHAUSTED.
  uint32_t reader_threads = 2;
  uint32_t waiting_reads_max = 1'024;
  // Rows that are looked at for one page; a page may be short for that. And
  // entries for one recipient's history.
  size_t page_scan_max = 10'000;
  // Entries about one entitlement that are looked at for its proof, and rows
  // of an index for any answer but a page.
  size_t story_scan_max = 20'000;
  size_t index_scan_max = 1'000'000;
  // Totals in one Summarise; entitlements and disbursements in one history.
  size_t totals_max = 10'000;
  size_t history_entitlements_max = 1'000;
  size_t history_disbursements_max = 1'000;
  // The longest that a unary call takes, whatever deadline it came with.
  int64_t unary_time_max_us = int64_t{30} * 1'000'000;
  // How often the callers of streams are looked up again.
  int64_t recheck_every_us = int64_t{2} * 1'000'000;
  // A connection without a call is closed after this long.
  int64_t idle_connection_max_ms = int64_t{10} * 60 * 1'000;
  // A silent connection is probed after the first, and closed when nothing
  // comes back within the second.
  int64_t keepalive_every_ms = int64_t{60} * 1'000;
  int64_t keepalive_timeout_ms = int64_t{20} * 1'000;
  // What gRPC keeps of all connections together, in bytes. Near it, gRPC takes
  // less of each, and cuts off calls when that does not help.
  size_t network_memory_max = size_t{512} << 20;
  // How long a stop waits for calls under way before it cuts them off.
  int64_t stop_time_max_ms = int64_t{30} * 1'000;
};

}  // namespace amanah::server

#endif  // AMANAH_SERVER_LIMITS_H_

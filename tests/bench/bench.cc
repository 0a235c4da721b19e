// Measures the ledger end to end over loopback TLS, durable.
//
//   amanah_bench --server PROGRAM --folder FOLDER [--json FILE] [--seconds N]
//
// Each run starts the server on a fresh folder, enrols, grants, and posts
// batches that were sealed before the clock started. After each run the log is
// fetched and audited, and its count must be what was acknowledged.
#include <grpcpp/client_context.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "amanah/v1/query.grpc.pb.h"
#include "ledger/audit/audit.h"
#include "ledger/base/check.h"
#include "ledger/judge/proved_entry.h"
#include "tests/bench/log_copy.h"
#include "tests/bench/parties.h"
#include "tests/bench/server_process.h"
#include "tests/bench/stream_load.h"

namespace amanah::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string server;
  std::string folder;
  std::string json;
  double scale = 1.0;
  int connections = 2;
  int in_flight = 64;
};

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One server on a fresh folder, with the pilot's parties on its record.
class Run {
 public:
  Run(const Options& options, const std::string& name)
      : server_(options.server, std::filesystem::path(options.folder) / name,
                &parties_) {
    // Entry 0's hash is known when it is recorded: ask for it.
    const auto stub = v1::Query::NewStub(server_.Connect("ani"));
    grpc::ClientContext context;
    v1::GetEntryRequest request;
    v1::GetEntryResponse response;
    const grpc::Status status = stub->GetEntry(&context, request, &response);
    if (!status.ok()) {
      // Nobody but an administrator is known yet.
      std::fprintf(stderr, "entry 0: %s\n", status.error_message().c_str());
    }
    AMANAH_CHECK(status.ok());
    entry_zero_ = response.proof().entries(0).entry();
    parties_.ledger().SetGenesis(log::LeafHash(AsBytes(entry_zero_)));
    Add(PostOnStreams(OneLane("ani", {parties_.Pilot()}), 1));
  }

  Parties& parties() { return parties_; }
  const ServerProcess& server() const { return server_; }
  const std::string& entry_zero() const { return entry_zero_; }

  LoadResult Grant(uint64_t count) {
    std::vector<v1::PostBatchRequest> batches;
    for (uint64_t first = 0; first < count; first += 1'000) {
      batches.push_back(
          parties_.Grants(first, std::min<uint64_t>(1'000, count - first)));
    }
    return Add(PostOnStreams(OneLane("dinsos", std::move(batches)), 16));
  }

  // Payments of `count` entitlements in batches of `size`, dealt out to lanes
  // whose banks take turns.
  std::vector<Lane> PaymentLanes(uint64_t count, uint64_t size, int lanes) {
    std::vector<Lane> out;
    for (int i = 0; i < lanes; ++i) {
      out.push_back({server_.Connect(BankOf(i)), {}});
    }
    int turn = 0;
    for (uint64_t first = 0; first < count; first += size) {
      out[static_cast<size_t>(turn)].batches.push_back(parties_.Payments(
          BankOf(turn), first, std::min(size, count - first)));
      turn = (turn + 1) % lanes;
    }
    return out;
  }

  LoadResult Add(LoadResult result) {
    AMANAH_CHECK(result.errors == 0 && result.refused == 0);
    acknowledged_ += result.acknowledged;
    return result;
  }

  // Seconds that the audit took; aborts unless it agrees and its count is what
  // was acknowledged, with entry 0.
  double AuditAll() {
    const LogCopy copy(server_.Connect("bpk"));
    AMANAH_CHECK(copy.size() == acknowledged_ + 1);
    audit::AuditOptions options;
    options.genesis = parties_.ledger().id().genesis;
    const Clock::time_point start = Clock::now();
    const auto report = audit::Audit(copy, options);
    const double seconds = SecondsSince(start);
    AMANAH_CHECK(report.ok());
    if (report->verdict() != audit::Verdict::kAgrees) {
      std::fputs(audit::FormatReport(*report).c_str(), stderr);
    }
    AMANAH_CHECK(report->verdict() == audit::Verdict::kAgrees);
    AMANAH_CHECK(report->entries_judged == copy.size());
    audited_ = copy.size();
    return seconds;
  }
  uint64_t audited() const { return audited_; }

 private:
  static std::string BankOf(int turn) {
    return turn % 2 == 0 ? "bank-a" : "bank-b";
  }
  std::vector<Lane> OneLane(std::string_view name,
                            std::vector<v1::PostBatchRequest> batches) {
    std::vector<Lane> lanes;
    lanes.push_back({server_.Connect(name), std::move(batches)});
    return lanes;
  }

  Parties parties_;
  ServerProcess server_;
  std::string entry_zero_;
  uint64_t acknowledged_ = 0;
  uint64_t audited_ = 0;
};

nlohmann::ordered_json figures;

void Note(const std::string& name, double value) {
  figures[name] = value;
  std::printf("%-28s %14.1f\n", name.c_str(), value);
  std::fflush(stdout);
}

void BenchBatched(const Options& options) {
  const auto count = static_cast<uint64_t>(200'000 * options.scale);
  Run run(options, "batched");
  const LoadResult granted = run.Grant(count);
  Note("grant_batched_per_s",
       static_cast<double>(granted.acknowledged) / granted.seconds);
  const LoadResult paid = run.Add(PostOnStreams(
      run.PaymentLanes(count, 1'000, options.connections), options.in_flight));
  Note("post_batched_per_s",
       static_cast<double>(paid.acknowledged) / paid.seconds);
  const double seconds = run.AuditAll();
  Note("audit_batched_per_s", static_cast<double>(run.audited()) / seconds);
}

void BenchSingle(const Options& options) {
  const auto count = static_cast<uint64_t>(60'000 * options.scale);
  Run run(options, "single");
  run.Grant(count);
  const LoadResult paid = run.Add(PostOnStreams(
      run.PaymentLanes(count, 1, options.connections), options.in_flight));
  Note("post_single_per_s",
       static_cast<double>(paid.acknowledged) / paid.seconds);
  Note("audit_single_per_s", static_cast<double>(count) / run.AuditAll());
}

void BenchUnary(const Options& options) {
  const auto count = static_cast<uint64_t>(40'000 * options.scale);
  Run run(options, "unary");
  run.Grant(count);
  const LoadResult paid = run.Add(PostUnary(
      run.PaymentLanes(count, 1, options.connections), options.in_flight));
  Note("post_unary_per_s",
       static_cast<double>(paid.acknowledged) / paid.seconds);
  run.AuditAll();
}

std::vector<crypto::Hash> HashesOf(
    const google::protobuf::RepeatedPtrField<std::string>& fields) {
  std::vector<crypto::Hash> hashes;
  for (const std::string& field : fields) {
    hashes.push_back(*crypto::HashFromBytes(AsBytes(field)));
  }
  return hashes;
}

judge::EntryProof ProofOf(const v1::ProvedEntry& entry) {
  return {entry.sequence(), entry.entry(), HashesOf(entry.inclusion_path()),
          HashesOf(entry.batch_path())};
}

// One question after another, each answer verified down to entry 0.
void BenchQueries(const Options& options) {
  const uint64_t count = 20'000;
  Run run(options, "queries");
  run.Grant(count);
  run.Add(PostOnStreams(run.PaymentLanes(count, 1'000, 2), 16));
  const auto ring = judge::KeyRing::FromEntryZero(run.parties().ledger().id(),
                                                  run.entry_zero());
  AMANAH_CHECK(ring.ok());
  const auto stub = v1::Query::NewStub(run.server().Connect("bpk"));
  const int questions = static_cast<int>(2'000 * options.scale);
  std::vector<double> milliseconds;
  for (int i = 0; i < questions; ++i) {
    // A prime stride, so that questions spread over the log.
    const uint64_t sequence =
        9 + (static_cast<uint64_t>(i) * 7'919) % (2 * count - 10);
    const Clock::time_point start = Clock::now();
    grpc::ClientContext context;
    v1::GetEntryRequest request;
    request.set_sequence(sequence);
    v1::GetEntryResponse response;
    AMANAH_CHECK(stub->GetEntry(&context, request, &response).ok());
    judge::KeyRing keys = *ring;
    const auto checkpoint = keys.OpenCheckpoint(response.proof().checkpoint());
    AMANAH_CHECK(checkpoint.ok());
    for (const v1::ProvedEntry& key : response.proof().key_entries()) {
      if (key.sequence() == 0) continue;
      AMANAH_CHECK(keys.Add(ProofOf(key), *checkpoint).ok());
    }
    AMANAH_CHECK(
        keys.Verify(ProofOf(response.proof().entries(0)), *checkpoint).ok());
    milliseconds.push_back(SecondsSince(start) * 1'000);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  Note("query_p50_ms", milliseconds[milliseconds.size() / 2]);
  Note("query_p99_ms", milliseconds[milliseconds.size() * 99 / 100]);
  run.AuditAll();
}

void BenchVerify() {
  const crypto::SigningKey key = testing_support::SigningKeyOf("bench");
  const std::string message(200, 'm');
  const crypto::Signature signature = key.Sign(AsBytes(message));
  const Clock::time_point start = Clock::now();
  int done = 0;
  while (SecondsSince(start) < 2) {
    for (int i = 0; i < 100; ++i) {
      AMANAH_CHECK(
          crypto::Verify(key.public_key(), AsBytes(message), signature));
    }
    done += 100;
  }
  Note("ed25519_verify_per_s_core", done / SecondsSince(start));
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures the ledger end to end over loopback TLS, durable.");
  app.add_option("--server", options.server, "the server's program")
      ->required();
  app.add_option("--folder", options.folder, "an empty folder to work in")
      ->required();
  app.add_option("--json", options.json, "where the figures go");
  app.add_option("--scale", options.scale, "of the default amount of work")
      ->check(CLI::Range(0.01, 100.0));
  app.add_option("--connections", options.connections, "posting at once")
      ->check(CLI::Range(1, 64));
  app.add_option("--in-flight", options.in_flight, "batches a connection")
      ->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);
  std::printf("connections %d, up to %d batches in flight on each\n",
              options.connections, options.in_flight);
  figures["connections"] = options.connections;
  figures["in_flight"] = options.in_flight;
  BenchVerify();
  BenchBatched(options);
  BenchSingle(options);
  BenchUnary(options);
  BenchQueries(options);
  if (!options.json.empty()) {
    std::ofstream(options.json) << figures.dump(2) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace amanah::bench

int main(int argc, char** argv) { return amanah::bench::Main(argc, argv); }

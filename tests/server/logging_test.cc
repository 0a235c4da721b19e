// What the log says, and what it never says.
#include "server/logging.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "ledger/base/base64.h"
#include "tests/server/server_fixture.h"

namespace amanah::server {
namespace {

using domain::DisbursementState;
using testing_support::Grant;
using testing_support::PersonOf;
using testing_support::Report;

// Catches the log while it lives.
class Caught {
 public:
  explicit Caught(LogFormat format) {
    LogOptions options;
    options.format = format;
    options.level = spdlog::level::debug;
    options.sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
    StartLogging(options);
  }
  ~Caught() { StartLogging({.level = spdlog::level::off}); }
  std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
};

TEST(LoggingTest, WritesKeysAndValuesInOneLine) {
  const Caught caught(LogFormat::kText);
  LogInfo("event", {{"name", "bank-a"},
                    {"count", 7},
                    {"text", "two words"},
                    {"evil", "a\"b\nlevel=error x=\\"},
                    {"empty", ""}});
  const std::string text = caught.text();
  EXPECT_EQ(text.find("time=20"), 0u);
  EXPECT_NE(text.find(" level=info event=event name=bank-a count=7 "
                      "text=\"two words\" "
                      "evil=\"a\\\"b\\u000alevel=error x=\\\\\" empty=\"\"\n"),
            std::string::npos)
      << text;
}

TEST(LoggingTest, WritesJsonThatParses) {
  const Caught caught(LogFormat::kJson);
  LogInfo("event",
          {{"name", "bank-a"}, {"count", -7}, {"evil", "a\"b\nc\\d\te\x7f"}});
  const auto line = nlohmann::json::parse(caught.text());
  EXPECT_EQ(line["event"], "event");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["name"], "bank-a");
  EXPECT_EQ(line["count"], -7);
  EXPECT_EQ(line["evil"], "a\"b\nc\\d\te\x7f");
}

TEST(LoggingTest, LeavesOutWhatIsBelowItsLevel) {
  std::ostringstream out;
  StartLogging({LogFormat::kText, spdlog::level::warn,
                std::make_shared<spdlog::sinks::ostream_sink_mt>(out)});
  LogInfo("quiet", {});
  Log(spdlog::level::err, "loud", {});
  StartLogging({.level = spdlog::level::off});
  EXPECT_EQ(out.str().find("quiet"), std::string::npos);
  EXPECT_NE(out.str().find("loud"), std::string::npos);
}

class ServerLogTest : public ServerTest {};

TEST_F(ServerLogTest, NamesAuthoritiesAndProblemsButNothingOfStatements) {
  const Caught caught(LogFormat::kText);
  Start();
  const domain::Statement grant =
      parties().Say("dinsos", Grant("secret-entitlement"), "secret-reference");
  EXPECT_TRUE(Post("dinsos", parties().Seal("dinsos", {grant})).ok());
  domain::EntitlementGranted bad = Grant("secret-entitlement");
  bad.region = "secret region";
  EXPECT_FALSE(Post("dinsos", parties().Post("dinsos", {bad})).ok());
  {
    grpc::ClientContext context;
    const auto stream = PostingAs("bank-a")->PostBatches(&context);
    v1::PostBatchesRequest request;
    *request.mutable_batch() = ToRequest(
        parties().Post("bank-a", {Report("secret-payment", "secret-entitlement",
                                         DisbursementState::kCredited)}));
    v1::PostBatchesResponse answer;
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&answer));
    request.mutable_batch()->set_seal("secret seal");
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&answer));
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  }
  for (const char* name : {"secret-entitlement", "secret-unknown"}) {
    v1::GetEntitlementRequest request;
    request.set_entitlement(name);
    v1::GetEntitlementResponse response;
    (void)Ask("bpk", &v1::Query::Stub::GetEntitlement, request, &response);
  }
  v1::GetRecipientHistoryRequest history;
  const std::string pseudonym(AsText(PersonOf("secret-entitlement").view()));
  history.set_pseudonym(pseudonym);
  v1::GetRecipientHistoryResponse history_response;
  EXPECT_TRUE(Ask("bpk", &v1::Query::Stub::GetRecipientHistory, history,
                  &history_response)
                  .ok());
  server_->Stop();

  const std::string text = caught.text();
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  EXPECT_EQ(text.find("60000000"), std::string::npos) << text;
  EXPECT_EQ(text.find(EncodeBase64(AsBytes(pseudonym))), std::string::npos);
  EXPECT_EQ(text.find(EncodeHex(AsBytes(pseudonym))), std::string::npos);
  for (const char* part :
       {"event=refused-batch caller=dinsos problem=FIELD",
        "event=refused-batch caller=bank-a problem=SEAL_FORM",
        "event=stream-ended caller=bank-a batches=2 statements=1 errors=1",
        "event=answered call=GetEntitlement caller=bpk code=0",
        "event=answered call=GetEntitlement caller=bpk code=5",
        "event=answered call=GetRecipientHistory caller=bpk code=0"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace amanah::server

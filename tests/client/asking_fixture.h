// The program as a person runs it, against a real server over loopback on a
// ledger that holds a little of everything.
#ifndef AMANAH_TESTS_CLIENT_ASKING_FIXTURE_H_
#define AMANAH_TESTS_CLIENT_ASKING_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/app.h"
#include "ledger/crypto/key_file.h"
#include "server/server.h"
#include "tests/support/running_ledger.h"
#include "tests/support/temporary_folder.h"

namespace amanah::client {

struct Ran {
  int code = 0;
  std::string out;
  std::string error;
};

// A made-up number: no such serial was given out, and the date of birth lies
// ahead.
inline constexpr char kNumber[] = "3576021501909999";

// What stands on the ledger after the pilot (entries 0 to 7):
//
//   e1, e2, e3   one batch of grants; e5 is granted to kNumber
//   d1           bank-a pays e1 in full; b1 of bank-b for it is refused
//   d2           bank-a is told to pay e2, and fails; d3 pays it, and returns
//   e4           refused: the person of e1 again
//   e3           is revoked
//   sembako      has a second version, and checkpoints a second key
class AskingTest : public testing::Test {
 protected:
  AskingTest();
  ~AskingTest() override;

  // The words of a command line, of which `~` is the test's folder. The profile
  // is given in flags, as bank-a.
  Ran Run(const std::string& line, const std::string& input = "");
  std::vector<std::string> Arguments(const std::string& line);
  Environment World();

  // Through the program's own connection.
  std::unique_ptr<Remote> Connect() const;

  // A key file in the test's folder.
  void WriteKey(const std::string& file, crypto::KeyKind kind,
                std::string_view name, ByteView secret);
  // ~/NAME.key, which signs for NAME. ~/salt.key is there already.
  void WriteSigningKey(const std::string& name);

  uint64_t Say(std::string_view author, std::vector<domain::Body> bodies);

  uint64_t grants_ = 0;
  uint64_t payment_ = 0;  // d1
  uint64_t double_payment_ = 0;
  uint64_t overlap_ = 0;
  uint64_t revocation_ = 0;

  testing_support::TemporaryFolder folder_;
  testing_support::RunningLedger ledger_;
  std::unique_ptr<server::Server> server_;
  std::string state_ = "state";
};

}  // namespace amanah::client

#endif  // AMANAH_TESTS_CLIENT_ASKING_FIXTURE_H_

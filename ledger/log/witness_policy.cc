#include "ledger/log/witness_policy.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "ledger/base/status.h"
#include "ledger/base/text.h"

namespace amanah::log {
namespace {

using Words = std::vector<std::string_view>;

Words WordsOf(std::string_view line) {
  constexpr std::string_view kBlanks = " \t";
  Words words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty()) return words;
    words.push_back(line.substr(0, line.find_first_of(kBlanks)));
    line.remove_prefix(words.back().size());
  }
}

absl::Status Wrong(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

// Takes one line after the other.
class PolicyReader {
 public:
  absl::Status Take(std::string_view line) {
    const Words words = WordsOf(line);
    if (words.empty() || words[0].starts_with('#')) return absl::OkStatus();
    if (words[0] == "log") return TakeLog(words);
    if (words[0] == "witness") return TakeWitness(words);
    if (words[0] == "group") return TakeGroup(words);
    if (words[0] == "quorum") return TakeQuorum(words);
    return Wrong(
        absl::StrFormat("\"%s\" is none of log, witness, group and "
                        "quorum",
                        words[0]));
  }

  absl::StatusOr<WitnessPolicy> Finish() && {
    if (!has_quorum_) return Wrong("there is no line \"quorum\"");
    return std::move(policy_);
  }

 private:
  absl::Status TakeLog(const Words& words) {
    if (words.size() < 2 || words.size() > 3) {
      return Wrong("a log has a verifier key and perhaps an address");
    }
    AMANAH_ASSIGN_OR_RETURN(VerifierKey key, ParseVerifierKey(words[1]));
    if (policy_.logs.size() == kPolicyItemsMax) return Wrong("too many logs");
    policy_.logs.push_back({std::move(key), TextAt(words, 2)});
    return absl::OkStatus();
  }

  absl::Status TakeWitness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) {
      return Wrong(
          "a witness has a name, a verifier key and perhaps an address");
    }
    AMANAH_ASSIGN_OR_RETURN(VerifierKey key, ParseVerifierKey(words[2]));
    if (key.type == kTypeEd25519) {
      return Wrong("a witness's key is one for cosignatures");
    }
    if (policy_.witnesses.size() == kPolicyItemsMax) {
      return Wrong("too many witnesses");
    }
    AMANAH_RETURN_IF_ERROR(Define(words[1]));
    policy_.witnesses.push_back(
        {std::string(words[1]), std::move(key), TextAt(words, 3)});
    return absl::OkStatus();
  }

  absl::Status TakeGroup(const Words& words) {
    if (words.size() < 4) {
      return Wrong("a group has a name, how many are needed, and members");
    }
    PolicyGroup group{std::string(words[1]), 0, {}};
    for (size_t i = 3; i < words.size(); ++i) {
      AMANAH_RETURN_IF_ERROR(CheckDefined(words[i]));
      if (!grouped_.insert(std::string(words[i])).second) {
        return Wrong(absl::StrFormat("%s is in a group already", words[i]));
      }
      group.members.emplace_back(words[i]);
    }
    AMANAH_ASSIGN_OR_RETURN(group.threshold,
                            ParseThreshold(words[2], group.members.size()));
    if (policy_.groups.size() == kPolicyItemsMax) {
      return Wrong("too many groups");
    }
    AMANAH_RETURN_IF_ERROR(Define(words[1]));
    policy_.groups.push_back(std::move(group));
    return absl::OkStatus();
  }

  absl::Status TakeQuorum(const Words& words) {
    if (words.size() != 2) return Wrong("a quorum has one name");
    if (std::exchange(has_quorum_, true)) {
      return Wrong("there is a quorum already");
    }
    if (words[1] == "none") return absl::OkStatus();
    AMANAH_RETURN_IF_ERROR(CheckDefined(words[1]));
    policy_.quorum = std::string(words[1]);
    return absl::OkStatus();
  }

  static std::string TextAt(const Words& words, size_t place) {
    return place < words.size() ? std::string(words[place]) : std::string();
  }

  static absl::StatusOr<size_t> ParseThreshold(std::string_view text,
                                               size_t members) {
    if (text == "all") return members;
    if (text == "any") return size_t{1};
    const std::optional<uint64_t> number = ParseDecimal(text);
    if (!number.has_value() || *number < 1 || *number > members) {
      return Wrong(absl::StrFormat("\"%s\" is none of all, any and 1 to %d",
                                   text, members));
    }
    return static_cast<size_t>(*number);
  }

  absl::Status Define(std::string_view name) {
    if (name == "none") return Wrong("\"none\" can be nobody's name");
    if (!defined_.insert(std::string(name)).second) {
      return Wrong(absl::StrFormat("%s is defined already", name));
    }
    return absl::OkStatus();
  }

  absl::Status CheckDefined(std::string_view name) const {
    if (defined_.contains(std::string(name))) return absl::OkStatus();
    return Wrong(absl::StrFormat("%s is not defined before", name));
  }

  WitnessPolicy policy_;
  std::set<std::string> defined_;
  std::set<std::string> grouped_;
  bool has_quorum_ = false;
};

}  // namespace

absl::StatusOr<WitnessPolicy> ParseWitnessPolicy(std::string_view text) {
  PolicyReader reader;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (const absl::Status taken = reader.Take(line); !taken.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("line %d: %s", number, std::string(taken.message())));
    }
  }
  return std::move(reader).Finish();
}

}  // namespace amanah::log

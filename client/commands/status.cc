// Whether all is well between us and the ledger: the profile and its files, the
// server, and how new its newest entry is.

#include "ledger/base/status.h"

#include <sys/stat.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/error.h"
#include "client/queries/asking.h"
#include "ledger/base/base64.h"
#include "ledger/crypto/certificate.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;
constexpr int64_t kDaysLeftMin = 30;
constexpr int64_t kClockSkewMaxUs = int64_t{60} * 1'000'000;

// What is shown, and what of it needs somebody's attention.
struct Findings {
  Fields fields;
  ordered_json json = ordered_json::object();
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

std::string SpanText(int64_t us) {
  const int64_t seconds = std::max<int64_t>(us, 0) / 1'000'000;
  if (seconds < 120) return absl::StrFormat("%d seconds", seconds);
  if (seconds < 7'200) return absl::StrFormat("%d minutes", seconds / 60);
  if (seconds < 172'800) return absl::StrFormat("%d hours", seconds / 3'600);
  return absl::StrFormat("%d days", seconds / 86'400);
}

void LookAtKeyFile(const char* name, const std::filesystem::path& path,
                   Findings* findings) {
  if (path.empty()) return;
  struct stat facts {};
  std::string said;
  if (stat(path.c_str(), &facts) != 0) {
    said = "missing";
    findings->problems.push_back(
        absl::StrFormat("%s %s is missing", name, path.string()));
  } else {
    said = absl::StrFormat("mode %04o", facts.st_mode & 07777);
    if ((facts.st_mode & 077) != 0) {
      findings->problems.push_back(absl::StrFormat(
          "%s %s may be read by others: chmod 600 it", name, path.string()));
    }
  }
  findings->json[name] = {{"path", path.string()}, {"state", said}};
  findings->fields.emplace_back(name,
                                absl::StrFormat("%s, %s", path.string(), said));
}

void LookAtCertificate(const std::filesystem::path& path, int64_t now_us,
                       Findings* findings) {
  if (path.empty()) return;
  const auto pem = ReadText(path);
  const auto facts = pem.ok() ? crypto::ReadCertificate(*pem) : pem.status();
  if (!facts.ok()) {
    findings->problems.push_back(absl::StrFormat(
        "certificate: %s", std::string(facts.status().message())));
    findings->fields.emplace_back("certificate",
                                  path.string() + ", cannot be read");
    return;
  }
  const int64_t left_us = facts->not_after * 1'000'000 - now_us;
  const int64_t days = left_us / kDayUs;
  if (left_us < 0) {
    findings->problems.push_back(
        absl::StrFormat("certificate %s has expired", path.string()));
  } else if (days < kDaysLeftMin) {
    findings->warnings.push_back(absl::StrFormat(
        "certificate %s expires in %d days: make a new one, and `amanah pins` "
        "it first",
        path.string(), days));
  }
  findings->fields.emplace_back(
      "certificate",
      absl::StrFormat("%s, %d days left, pin %s", path.string(), days,
                      EncodeBase64(facts->spki_hash.view())));
  findings->json["certificate"] = {
      {"path", path.string()},
      {"days_left", days},
      {"pin", EncodeBase64(facts->spki_hash.view())}};
}

void LookAtProfile(const Profile& profile, int64_t now_us, Findings* findings) {
  const auto add = [&](const char* name, const std::string& value) {
    findings->fields.emplace_back(name, value.empty() ? "not set" : value);
    findings->json[name] = value;
  };
  add("server", profile.server);
  add("origin", profile.origin);
  add("genesis",
      profile.genesis.has_value() ? EncodeBase64(profile.genesis->view()) : "");
  add("authority", profile.authority);
  LookAtKeyFile("signing_key", profile.signing_key, findings);
  LookAtKeyFile("salt_key", profile.salt_key, findings);
  LookAtKeyFile("pseudonym_key", profile.pseudonym_key, findings);
  LookAtKeyFile("certificate_key", profile.certificate_key, findings);
  LookAtCertificate(profile.certificate, now_us, findings);
}

void LookAtNewestEntry(const VerifiedProof::Item& newest, int64_t now_us,
                       Findings* findings) {
  if (!newest.content.has_value()) return;
  const int64_t time_us = newest.content->entry.time_us;
  findings->fields.emplace_back(
      "newest entry",
      absl::StrFormat("%d, recorded %s, %s ago", newest.sequence,
                      FormatTime(time_us), SpanText(now_us - time_us)));
  findings->json["newest_entry"] = {
      {"sequence", newest.sequence},
      {"time", FormatTime(time_us)},
      {"age_seconds", std::max<int64_t>(now_us - time_us, 0) / 1'000'000}};
  if (time_us - now_us > kClockSkewMaxUs) {
    findings->warnings.push_back(absl::StrFormat(
        "the newest entry's time is %s ahead of this machine's clock",
        SpanText(time_us - now_us)));
  }
}

absl::Status LookAtServer(Context& context, int64_t now_us,
                          Findings* findings) {
  AMANAH_ASSIGN_OR_RETURN(Remote* const remote, context.remote());
  AMANAH_ASSIGN_OR_RETURN(const bool serving, remote->IsServing());
  findings->fields.emplace_back("health", serving ? "serving" : "not serving");
  findings->json["serving"] = serving;
  if (!serving) findings->problems.emplace_back("the server is not serving");
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse answer,
                          asked.remote->GetCheckpoint());
  AMANAH_ASSIGN_OR_RETURN(const log::Checkpoint checkpoint,
                          asked.verifier->OpenTip(answer.checkpoint()));
  findings->fields.emplace_back(
      "checkpoint",
      absl::StrFormat("%s entries, root %s", FormatCount(checkpoint.size),
                      EncodeBase64(checkpoint.root.view())));
  findings->json["checkpoint"] = CheckpointJson(checkpoint);
  AMANAH_ASSIGN_OR_RETURN(const VerifiedProof::Item newest,
                          asked.verifier->FetchEntry(checkpoint.size - 1));
  LookAtNewestEntry(newest, now_us, findings);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Run(Context& context) {
  AMANAH_ASSIGN_OR_RETURN(const Profile* const profile, context.profile());
  const int64_t now_us = context.clock().NowUs();
  Findings findings;
  findings.fields.emplace_back("now", FormatTime(now_us));
  findings.json["now"] = FormatTime(now_us);
  LookAtProfile(*profile, now_us, &findings);
  // What is on this machine is shown whatever the server does.
  const absl::Status asked = LookAtServer(context, now_us, &findings);
  Output& output = context.output();
  output.Print(findings.fields);
  if (asked.ok()) {
    MarkAs(&output, Standing::kProved, "checkpoint and newest entry");
    MarkAs(&output, Standing::kStated, "its health");
  } else {
    findings.problems.push_back(std::string(asked.message()));
    findings.json["error"] = ErrorJson(asked);
  }
  for (const std::string& one : findings.warnings) output.Warn(one);
  findings.json["problems"] = findings.problems;
  findings.json["warnings"] = findings.warnings;
  output.Json(findings.json);
  AMANAH_RETURN_IF_ERROR(asked);
  for (const std::string& one : findings.problems) output.Error(one);
  return findings.problems.empty() ? ExitCode::kDone : ExitCode::kRefused;
}

}  // namespace

void AddStatus(Command app, Context& context) {
  Command command = app.AddCommand(
      "status", "Whether all is well: profile, key files, certificate, server");
  Teach(command, {{"at the start of a day", "amanah status"},
                  {"for a monitor", "amanah status --json"}});
  command.SetFooter(
      command.footer() +
      "\nA profile is a TOML file, ~/.config/amanah/profile.toml:\n"
      "  server          = \"ledger.example:7443\"\n"
      "  origin          = \"ledger.example/bansos\"\n"
      "  genesis         = \"<base64 hash of entry 0>\"\n"
      "  authority       = \"bank-jatim\"\n"
      "  signing_key     = \"signing.key\"   paths are relative to the file\n"
      "  salt_key        = \"salt.key\"\n"
      "  pseudonym_key   = \"pseudonym.key\"\n"
      "  certificate     = \"tls.pem\"\n"
      "  certificate_key = \"tls.key\"\n"
      "  server_pin      = \"<base64 SHA-256 of the server's SPKI>\"\n");
  OnRun(command, context, [&context] { return Run(context); });
}

}  // namespace amanah::client

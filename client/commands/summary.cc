// Totals by program, region and month, and how often each rule said no.

#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/describe.h"
#include "client/queries/asking.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

struct Options {
  std::string program;
  std::string region;
  std::string month;
  std::string by = "month";
};

// Program, region and month, as far as they are told apart, and currency.
using GroupName =
    std::tuple<std::string, std::string, std::string, std::string>;

struct Group {
  uint64_t entitlements = 0;
  uint64_t live = 0;
  uint64_t failed = 0;
  uint64_t revoked = 0;
  domain::Amount granted;
  domain::Amount in_transit;
  domain::Amount credited;
  domain::Amount returned;
};

absl::Status CheckForm(const v1::Total& total) {
  if (domain::IsIdentifier(total.program()) &&
      domain::IsRegion(total.region()) &&
      domain::ParseMonth(total.month()).has_value() &&
      domain::CurrencyExponent(total.currency()).has_value() &&
      total.granted_minor() >= 0 && total.in_transit_minor() >= 0 &&
      total.credited_minor() >= 0 && total.failed_minor() >= 0) {
    return absl::OkStatus();
  }
  return NotSo(absl::StrFormat(
      "the server's totals name the program %s, region %s, month %s, or hold "
      "an amount that can be none",
      domain::Quoted(total.program()), domain::Quoted(total.region()),
      domain::Quoted(total.month())));
}

absl::Status CheckAskedFor(const Options& options, const v1::Total& total) {
  if ((options.program.empty() || options.program == total.program()) &&
      (options.region.empty() ||
       domain::RegionContains(options.region, total.region())) &&
      (options.month.empty() || options.month == total.month())) {
    return absl::OkStatus();
  }
  return NotSo(absl::StrFormat(
      "the server's totals hold %s %s %s, which was not asked for",
      total.program(), total.region(), total.month()));
}

// The most that a total shows; it may be more.
constexpr domain::Amount kAmountMax{std::numeric_limits<int64_t>::max()};

std::string SumText(domain::Amount sum, std::string_view currency) {
  return FormatMoney(sum, currency) + (sum == kAmountMax ? " or more" : "");
}

void AddTo(domain::Amount* sum, int64_t minor) {
  *sum = domain::Add(*sum, {minor}).value_or(kAmountMax);
}

void AddTo(Group* group, const v1::Total& total) {
  group->entitlements += total.entitlements();
  group->live += total.live_disbursements();
  group->failed += total.failed_disbursements();
  group->revoked += total.revoked();
  AddTo(&group->granted, total.granted_minor());
  AddTo(&group->in_transit, total.in_transit_minor());
  AddTo(&group->credited, total.credited_minor());
  AddTo(&group->returned, total.failed_minor());
}

GroupName NameOf(const Options& options, const v1::Total& total) {
  const bool by_month = options.by == "month";
  const bool by_region = options.by == "region" || by_month;
  const bool by_program = options.by != "all";
  return {by_program ? total.program() : "all",
          by_region ? total.region() : "all", by_month ? total.month() : "all",
          total.currency()};
}

Table TableOf(const std::map<GroupName, Group>& groups) {
  Table table{{{"Program"},
               {"Region"},
               {"First month"},
               {"Entitlements", true},
               {"Granted", true},
               {"Payments", true},
               {"In transit", true},
               {"Credited", true},
               {"Failed", true},
               {"Failed amount", true},
               {"Revoked", true}},
              {}};
  for (const auto& [name, group] : groups) {
    const auto& [program, region, month, currency] = name;
    table.rows.push_back(
        {program, region, month, FormatCount(group.entitlements),
         SumText(group.granted, currency), FormatCount(group.live),
         SumText(group.in_transit, currency), SumText(group.credited, currency),
         FormatCount(group.failed), SumText(group.returned, currency),
         FormatCount(group.revoked)});
  }
  return table;
}

absl::StatusOr<Table> RefusalsOf(const v1::SummariseResponse& answer) {
  Table table{{{"Refused", true}, {"Because"}}, {}};
  int before = 0;
  for (const v1::RefusalCount& one : answer.refusals()) {
    const auto name = domain::RefusalName(one.refusal());
    if (!name.has_value() || one.refusal() <= before) {
      return NotSo("the server counts refusals that are none, or out of order");
    }
    before = one.refusal();
    table.rows.push_back(
        {FormatCount(one.count()),
         absl::StrFormat(
             "%s (%s)",
             ExplainRefusal(static_cast<domain::Refusal>(one.refusal())),
             *name)});
  }
  return table;
}

absl::StatusOr<std::map<GroupName, Group>> GroupsOf(
    const Options& options, const v1::SummariseResponse& answer) {
  std::map<GroupName, Group> groups;
  GroupName before;
  for (const v1::Total& total : answer.totals()) {
    AMANAH_RETURN_IF_ERROR(CheckForm(total));
    AMANAH_RETURN_IF_ERROR(CheckAskedFor(options, total));
    GroupName name{total.program(), total.region(), total.month(), ""};
    if (name <= before) return NotSo("the server's totals are not in order");
    before = std::move(name);
    AddTo(&groups[NameOf(options, total)], total);
  }
  return groups;
}

ordered_json AnswerJson(const v1::SummariseResponse& answer) {
  ordered_json json;
  json["totals"] = ordered_json::array();
  json["refusals"] = ordered_json::array();
  for (const auto& one : answer.totals()) {
    json["totals"].push_back(MessageJson(one));
  }
  for (const auto& one : answer.refusals()) {
    json["refusals"].push_back(MessageJson(one));
  }
  json["truncated"] = answer.truncated();
  return {{"stated", std::move(json)}};
}

absl::StatusOr<ExitCode> Run(Context& context, const Options& options) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::SummariseRequest request;
  request.set_program(options.program);
  request.set_region(options.region);
  request.set_month(options.month);
  AMANAH_ASSIGN_OR_RETURN(const v1::SummariseResponse answer,
                          asked.remote->Summarise(request));
  AMANAH_RETURN_IF_ERROR(asked.verifier->OpenTip(answer.checkpoint()).status());
  AMANAH_ASSIGN_OR_RETURN(const auto groups, GroupsOf(options, answer));
  AMANAH_ASSIGN_OR_RETURN(const Table refusals, RefusalsOf(answer));
  Output& output = context.output();
  output.Print(TableOf(groups));
  if (!refusals.rows.empty()) {
    output.Line();
    output.Line("Refused in the whole ledger:");
    output.Print(refusals);
  }
  if (answer.truncated()) {
    output.Line("There are more totals: ask for one program or region.");
  }
  MarkAs(&output, Standing::kStated,
         "these totals; `amanah audit` computes them from the entries");
  output.Json(AnswerJson(answer));
  return ExitCode::kDone;
}

}  // namespace

void AddSummary(Command app, Context& context) {
  Command command = app.AddCommand(
      "summary", "Totals by program, region and month; and what was refused");
  auto options = std::make_shared<Options>();
  command.AddOption("--program", options->program, "Only of this program");
  command.AddOption("--region", options->region,
                    "Only of this region and below it");
  command.AddOption("--month", options->month,
                    "Only entitlements that begin in this month, YYYY-MM");
  command.AddOption("--by", options->by, "How far to tell apart")
      .OneOf({"month", "region", "program", "all"})
      .ShowDefault();
  Teach(command,
        {{"everything, in one line for each program",
          "amanah summary --by program"},
         {"January, ward by ward",
          "amanah summary --program pkh --month 2026-01 --by region"}});
  OnRun(command, context,
        [&context, options] { return Run(context, *options); });
}

}  // namespace amanah::client

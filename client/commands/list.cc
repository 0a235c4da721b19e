// Entitlements and disbursements by what is asked of them. A list could leave
// something out: it is stated by the server, row by row.

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "client/app.h"
#include "client/arguments.h"
#include "client/commands.h"
#include "client/queries/asking.h"
#include "client/queries/story.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

constexpr uint32_t kPageSizeMax = 1'000;

struct Paging {
  uint32_t limit = 100;
  bool all = false;
};

// Takes the rows of an answer, and says how many there were.
template <typename Response>
using Take = std::function<absl::StatusOr<uint64_t>(const Response&)>;

// Asks for one page after another until there are enough rows. A server whose
// pages lead back is found out.
template <typename Request, typename Response>
absl::Status FollowPages(
    const Asked& asked, const Paging& paging, Request request,
    absl::StatusOr<Response> (Remote::*call)(const Request&),
    const Take<Response>& take) {
  std::set<std::string> seen;
  uint64_t left = paging.limit;
  while (true) {
    request.set_page_size(paging.all ? kPageSizeMax
                                     : static_cast<uint32_t>(std::min<uint64_t>(
                                           left, kPageSizeMax)));
    AMANAH_ASSIGN_OR_RETURN(const Response answer,
                            (asked.remote->*call)(request));
    AMANAH_RETURN_IF_ERROR(
        asked.verifier->OpenTip(answer.checkpoint()).status());
    AMANAH_ASSIGN_OR_RETURN(const uint64_t taken, take(answer));
    if (taken > request.page_size()) {
      return NotSo(absl::StrFormat("%d rows were asked for, and %d answered",
                                   request.page_size(), taken));
    }
    if (answer.next_page_token().empty()) return absl::OkStatus();
    if (!seen.insert(answer.next_page_token()).second) {
      return NotSo("the server's pages lead back to one that was read");
    }
    request.set_page_token(answer.next_page_token());
    if (paging.all) continue;
    left -= taken;
    if (left == 0) return absl::OkStatus();
  }
}

absl::Status NotAskedFor(std::string_view row) {
  return NotSo(absl::StrFormat(
      "the server lists %s, which is not what was asked for", row));
}

void Finish(Output* output, size_t rows, ordered_json listed) {
  output->Line(absl::StrFormat("%s rows", FormatCount(rows)));
  MarkAs(output, Standing::kStated,
         "this list, which could leave something out; `amanah get` proves one");
  output->Json({{"stated", std::move(listed)}});
}

struct EntitlementOptions {
  std::string program;
  std::string region;
  std::string month;
  bool unpaid = false;
  Paging paging;
};

absl::Status CheckAskedFor(const EntitlementOptions& options,
                           const v1::EntitlementStatus& row) {
  const bool fits =
      (options.program.empty() || row.program() == options.program) &&
      (options.region.empty() ||
       domain::RegionContains(options.region, row.region())) &&
      // Months of this form are in order as texts are.
      (options.month.empty() || (row.first_month() <= options.month &&
                                 options.month <= row.last_month())) &&
      (!options.unpaid ||
       (!row.has_revoked_sequence() && row.live_minor() < row.amount_minor()));
  if (fits) return absl::OkStatus();
  return NotAskedFor(absl::StrFormat("entitlement %s", row.entitlement()));
}

std::vector<std::string> RowOf(const v1::EntitlementStatus& row) {
  return {absl::StrFormat("%d", row.granted_sequence()),
          row.entitlement(),
          row.program(),
          row.region(),
          row.first_month() == row.last_month()
              ? row.first_month()
              : row.first_month() + " to " + row.last_month(),
          FormatMoney({row.amount_minor()}, row.currency()),
          FormatMoney({row.live_minor()}, row.currency()),
          FormatMoney({row.amount_minor() - row.live_minor()}, row.currency()),
          row.has_revoked_sequence()
              ? absl::StrFormat("entry %d", row.revoked_sequence())
              : ""};
}

absl::StatusOr<ExitCode> RunEntitlements(Context& context,
                                         const EntitlementOptions& options) {
  if (!options.month.empty()) {
    AMANAH_RETURN_IF_ERROR(ParseMonths(options.month).status());
  }
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  v1::ListEntitlementsRequest request;
  request.set_program(options.program);
  request.set_region(options.region);
  request.set_month(options.month);
  request.set_unpaid(options.unpaid);
  Table table{{{"Entry", true},
               {"Entitlement"},
               {"Program"},
               {"Region"},
               {"Months"},
               {"Granted", true},
               {"Paid or under way", true},
               {"Not paid", true},
               {"Revoked"}},
              {}};
  ordered_json listed = ordered_json::array();
  uint64_t before = 0;
  const Take<v1::ListEntitlementsResponse> take =
      [&](const v1::ListEntitlementsResponse& answer)
      -> absl::StatusOr<uint64_t> {
    for (const v1::EntitlementStatus& row : answer.entitlements()) {
      AMANAH_RETURN_IF_ERROR(CheckForm(row));
      AMANAH_RETURN_IF_ERROR(CheckAskedFor(options, row));
      if (row.granted_sequence() <= before) {
        return NotSo("the server's list is not in order");
      }
      before = row.granted_sequence();
      table.rows.push_back(RowOf(row));
      listed.push_back(MessageJson(row));
    }
    return static_cast<uint64_t>(answer.entitlements_size());
  };
  AMANAH_RETURN_IF_ERROR(FollowPages(asked, options.paging, request,
                                     &Remote::ListEntitlements, take));
  context.output().Print(table);
  Finish(&context.output(), table.rows.size(), std::move(listed));
  return ExitCode::kDone;
}

struct DisbursementOptions {
  std::string bank;
  std::string program;
  std::string state;
  Paging paging;
};

std::vector<std::string> RowOf(const v1::DisbursementStatus& row) {
  const auto state = static_cast<domain::DisbursementState>(row.state());
  return {absl::StrFormat("%d", row.first_sequence()),
          row.bank(),
          row.disbursement(),
          row.entitlement(),
          std::string(domain::DisbursementStateName(state)),
          FormatMoney({row.amount_minor()}, row.currency()),
          absl::StrFormat("entry %d", row.last_sequence())};
}

absl::StatusOr<ExitCode> RunDisbursements(Context& context,
                                          const DisbursementOptions& options) {
  v1::ListDisbursementsRequest request;
  request.set_bank(options.bank);
  request.set_program(options.program);
  if (!options.state.empty()) {
    AMANAH_ASSIGN_OR_RETURN(const domain::DisbursementState state,
                            ParseState(options.state));
    request.set_state(static_cast<v1::DisbursementState>(state));
  }
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  Table table{{{"Entry", true},
               {"Bank"},
               {"Disbursement"},
               {"Entitlement"},
               {"State"},
               {"Amount", true},
               {"Last report"}},
              {}};
  ordered_json listed = ordered_json::array();
  uint64_t before = 0;
  const Take<v1::ListDisbursementsResponse> take =
      [&](const v1::ListDisbursementsResponse& answer)
      -> absl::StatusOr<uint64_t> {
    for (const v1::DisbursementStatus& row : answer.disbursements()) {
      AMANAH_RETURN_IF_ERROR(CheckForm(row));
      if ((!options.bank.empty() && row.bank() != options.bank) ||
          (request.state() != 0 && row.state() != request.state())) {
        return NotAskedFor(
            absl::StrFormat("disbursement %s", row.disbursement()));
      }
      if (row.first_sequence() <= before) {
        return NotSo("the server's list is not in order");
      }
      before = row.first_sequence();
      table.rows.push_back(RowOf(row));
      listed.push_back(MessageJson(row));
    }
    return static_cast<uint64_t>(answer.disbursements_size());
  };
  AMANAH_RETURN_IF_ERROR(FollowPages(asked, options.paging, request,
                                     &Remote::ListDisbursements, take));
  context.output().Print(table);
  Finish(&context.output(), table.rows.size(), std::move(listed));
  return ExitCode::kDone;
}

void AddPaging(Command command, Paging* paging) {
  command.AddOption("--limit", paging->limit, "At most this many rows")
      .InRange(1, 1'000'000)
      .ShowDefault();
  command.AddFlag("--all", paging->all, "All rows, page after page");
}

void AddEntitlements(Command list, Context& context) {
  Command command =
      list.AddCommand("entitlements", "Entitlements in order of their grant");
  auto options = std::make_shared<EntitlementOptions>();
  command.AddOption("--program", options->program,
                    "Only of this program; needed unless we may read all");
  command.AddOption("--region", options->region,
                    "Only in this region and below it");
  command.AddOption("--month", options->month,
                    "Only those that cover this month, YYYY-MM");
  command.AddFlag("--unpaid", options->unpaid,
                  "Only those of which something is left to pay");
  AddPaging(command, &options->paging);
  Teach(command,
        {{"who has not been paid for January",
          "amanah list entitlements --program pkh --month 2026-01 --unpaid "
          "--all"},
         {"the first ten of a ward",
          "amanah list entitlements --program pkh --region 35.76.02 --limit "
          "10"}});
  OnRun(command, context,
        [&context, options] { return RunEntitlements(context, *options); });
}

void AddDisbursements(Command list, Context& context) {
  Command command = list.AddCommand("disbursements",
                                    "Payments in order of their first report");
  auto options = std::make_shared<DisbursementOptions>();
  command.AddOption("--bank", options->bank, "Only of this bank");
  command.AddOption("--program", options->program, "Only of this program");
  command.AddOption("--state", options->state, "Only in this state")
      .OneOf({"instructed", "credited", "rejected", "returned"});
  AddPaging(command, &options->paging);
  Teach(
      command,
      {{"money that came back",
        "amanah list disbursements --bank bank-jatim --state returned --all"},
       {"what is under way", "amanah list disbursements --state instructed"}});
  OnRun(command, context,
        [&context, options] { return RunDisbursements(context, *options); });
}

}  // namespace

void AddList(Command app, Context& context) {
  Command list = app.AddGroup("list",
                              "Entitlements or payments, as the server "
                              "states them");
  AddEntitlements(list, context);
  AddDisbursements(list, context);
}

}  // namespace amanah::client

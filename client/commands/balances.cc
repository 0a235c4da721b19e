// The accounts of appropriations, as the server states them, and whether each
// is the sum of its parts.

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "client/app.h"
#include "client/commands.h"
#include "client/queries/asking.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"

namespace amanah::client {
namespace {

using nlohmann::ordered_json;

using AccountName = std::tuple<std::string, uint32_t, std::string>;

std::string NameText(const v1::Balance& balance) {
  return absl::StrFormat(
      "%s %d %s", balance.program(), balance.fiscal_year(),
      balance.region().empty() ? "all regions" : balance.region());
}

absl::Status CheckForm(const v1::Balance& balance) {
  if (domain::IsIdentifier(balance.program()) &&
      (balance.region().empty() || domain::IsRegion(balance.region())) &&
      domain::CurrencyExponent(balance.currency()).has_value()) {
    return absl::OkStatus();
  }
  return NotSo(absl::StrFormat(
      "the server's accounts name the program %s, region %s and currency %s",
      domain::Quoted(balance.program()), domain::Quoted(balance.region()),
      domain::Quoted(balance.currency())));
}

absl::Status CheckSum(const v1::Balance& balance) {
  std::optional<domain::Amount> sum = domain::Amount{};
  for (const int64_t part :
       {balance.available_minor(), balance.committed_minor(),
        balance.in_transit_minor(), balance.credited_minor()}) {
    if (part < 0) {
      return NotSo(absl::StrFormat("account %s has a part below zero: %d",
                                   NameText(balance), part));
    }
    if (sum.has_value()) sum = domain::Add(*sum, {part});
  }
  if (sum.has_value() && sum->minor == balance.appropriated_minor()) {
    return absl::OkStatus();
  }
  return NotSo(absl::StrFormat(
      "account %s does not balance: %d was appropriated, and its parts are %s "
      "(minor units)",
      NameText(balance), balance.appropriated_minor(),
      sum.has_value() ? absl::StrFormat("%d", sum->minor)
                      : "more than an amount can be"));
}

absl::StatusOr<std::vector<v1::Balance>> ReadAll(const Asked& asked,
                                                 const std::string& program) {
  std::vector<v1::Balance> balances;
  std::set<std::string> seen;
  v1::GetBalancesRequest request;
  request.set_program(program);
  AccountName before;
  while (true) {
    AMANAH_ASSIGN_OR_RETURN(const v1::GetBalancesResponse answer,
                            asked.remote->GetBalances(request));
    AMANAH_RETURN_IF_ERROR(
        asked.verifier->OpenTip(answer.checkpoint()).status());
    for (const v1::Balance& one : answer.balances()) {
      AMANAH_RETURN_IF_ERROR(CheckForm(one));
      AMANAH_RETURN_IF_ERROR(CheckSum(one));
      AccountName name{one.program(), one.fiscal_year(), one.region()};
      if (name <= before || (!program.empty() && one.program() != program)) {
        return NotSo(absl::StrFormat(
            "account %s is out of order or not what was asked for",
            NameText(one)));
      }
      before = std::move(name);
      balances.push_back(one);
    }
    if (answer.next_page_token().empty()) return balances;
    if (!seen.insert(answer.next_page_token()).second) {
      return NotSo("the server's pages lead back to one that was read");
    }
    request.set_page_token(answer.next_page_token());
  }
}

absl::StatusOr<ExitCode> Run(Context& context, const std::string& program) {
  AMANAH_ASSIGN_OR_RETURN(const Asked asked, BeginAsking(context));
  AMANAH_ASSIGN_OR_RETURN(const std::vector<v1::Balance> balances,
                          ReadAll(asked, program));
  Table table{{{"Program"},
               {"Year"},
               {"Region"},
               {"Appropriated", true},
               {"Available", true},
               {"Committed", true},
               {"In transit", true},
               {"Credited", true}},
              {}};
  ordered_json listed = ordered_json::array();
  for (const v1::Balance& one : balances) {
    const auto money = [&](int64_t minor) {
      return FormatMoney({minor}, one.currency());
    };
    table.rows.push_back(
        {one.program(), absl::StrFormat("%d", one.fiscal_year()),
         one.region().empty() ? "all" : one.region(),
         money(one.appropriated_minor()), money(one.available_minor()),
         money(one.committed_minor()), money(one.in_transit_minor()),
         money(one.credited_minor())});
    listed.push_back(MessageJson(one));
  }
  Output& output = context.output();
  output.Print(table);
  output.Line(
      "In each account, appropriated is the sum of the other four (checked "
      "here).");
  MarkAs(&output, Standing::kStated,
         "these amounts; `amanah audit` computes them from the entries");
  output.Json({{"stated", std::move(listed)}});
  return ExitCode::kDone;
}

}  // namespace

void AddBalances(Command app, Context& context) {
  Command command = app.AddCommand(
      "balances", "What was appropriated, and where that money is");
  auto program = std::make_shared<std::string>();
  command.AddOption("--program", *program,
                    "Only of this program; else all that we may read");
  Teach(command, {{"all accounts", "amanah balances"},
                  {"of one program", "amanah balances --program pkh"}});
  OnRun(command, context,
        [&context, program] { return Run(context, *program); });
}

}  // namespace amanah::client

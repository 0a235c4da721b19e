#include "client/import/mapping.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "client/import/toml_section.h"
#include "ledger/base/status.h"
#include "ledger/domain/identifier.h"
#include "ledger/domain/money.h"

namespace amanah::client {
namespace {

Template ParseTemplate(Section* in, const std::string& key,
                       const std::string& text) {
  auto parsed = Template::Parse(text);
  if (!parsed.ok()) {
    in->Bad(key, absl::StrFormat(": %s", parsed.status().message()));
    return {};
  }
  return *std::move(parsed);
}

// What a field's table says beside its text.
void ReadForm(Section* table, Field* field) {
  if (const auto form = table->Text("form")) {
    auto parsed = DateForm::Parse(*form);
    if (parsed.ok()) {
      field->form = *std::move(parsed);
    } else {
      table->Bad("form", absl::StrFormat(": %s", parsed.status().message()));
    }
  }
  if (const auto currency = table->Text("amount")) {
    field->amount_currency = *currency;
    if (!domain::CurrencyExponent(*currency).has_value()) {
      table->Bad("amount", "is no currency of ISO 4217");
    }
  }
  const Section values = table->Table("values");
  if (!values.exists()) return;
  for (const auto& [word, node] : *values.table()) {
    const auto value = node.value_exact<std::string>();
    if (!value.has_value()) table->Bad("values", "holds what is no text");
    field->values.emplace(std::string(word.str()), value.value_or(""));
  }
}

// A text, or { value = "...", form = "...", values = {...} }.
Field ReadField(Section* in, const std::string& key) {
  Field field;
  const toml::node* node = in->Find(key);
  if (node == nullptr) return field;
  if (const auto text = node->value_exact<std::string>()) {
    field.text = ParseTemplate(in, key, *text);
    return field;
  }
  // A bare number says what it says: fiscal_year = 2021.
  if (const auto number = node->value_exact<int64_t>()) {
    field.text = ParseTemplate(in, key, absl::StrFormat("%d", *number));
    return field;
  }
  if (!node->is_table()) {
    in->Bad(key, "is neither a text nor a table with one");
    return field;
  }
  Section table = in->Table(key);
  if (table.Need("value") != nullptr) {
    field.text =
        ParseTemplate(&table, "value", table.Text("value").value_or(""));
  }
  ReadForm(&table, &field);
  table.End();
  return field;
}

Field NeedField(Section* in, const std::string& key) {
  in->Need(key);
  return ReadField(in, key);
}

std::optional<Field> FieldIfAny(Section* in, const std::string& key) {
  if (in->Find(key) == nullptr) return std::nullopt;
  return ReadField(in, key);
}

Identity ReadIdentity(Section table) {
  Identity identity;
  table.Need("scheme");
  identity.scheme = table.Text("scheme").value_or("");
  if (!domain::IsRecipientScheme(identity.scheme)) {
    table.Bad("scheme", "is neither id.nik, id.kk nor country.scheme");
  }
  identity.value = NeedField(&table, "value");
  if (const toml::node* value = table.Find("value")) {
    identity.whole_row = value->value_exact<std::string>() == "*";
  }
  table.End();
  return identity;
}

std::vector<Identity> ReadMembers(Section* in) {
  std::vector<Identity> members;
  const toml::node* node = in->Find("members");
  if (node == nullptr) return members;
  if (node->as_array() == nullptr) {
    in->Bad("members", "is not a list of tables");
    return members;
  }
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_table()) in->Bad("members", "is not a list of tables");
    members.push_back(
        ReadIdentity({item.as_table(), in->PathOf("members"), in->faults()}));
  }
  return members;
}

std::string DescribeKey(const KeyColumns& key, const toml::array& array) {
  std::ostringstream text;
  if (key.whole_row) return "*";
  text << array;
  return text.str();
}

// Key columns: names of columns, tables with a column and a form, or "*".
KeyColumns ReadKeyColumns(Section* in, const toml::array& array) {
  KeyColumns key;
  for (const toml::node& item : array) {
    if (const auto name = item.value_exact<std::string>()) {
      key.whole_row = key.whole_row || *name == "*";
      key.fields.push_back({Template::OfColumn(*name), {}, {}, {}});
      continue;
    }
    if (!item.is_table()) {
      in->Bad("columns", "holds neither a name nor a table");
      continue;
    }
    Section table(item.as_table(), in->PathOf("columns"), in->faults());
    table.Need("column");
    Field field;
    field.text = Template::OfColumn(table.Text("column").value_or(""));
    ReadForm(&table, &field);
    table.End();
    key.fields.push_back(std::move(field));
  }
  if (key.fields.empty()) in->Bad("columns", "names no column");
  if (key.whole_row && key.fields.size() > 1) {
    in->Bad("columns", "has names beside *, which means all columns");
  }
  if (key.whole_row) key.fields.clear();
  key.text = DescribeKey(key, array);
  return key;
}

size_t AddKey(KeyColumns key, std::vector<KeyColumns>* keys) {
  const auto found = std::find_if(
      keys->begin(), keys->end(),
      [&](const KeyColumns& known) { return known.text == key.text; });
  const auto place = static_cast<size_t>(found - keys->begin());
  if (found == keys->end()) keys->push_back(std::move(key));
  return place;
}

// Reads ids.NAME. What it leaves out it takes from `otherwise`; null: it must
// say all itself.
IdRule ReadIdRule(Section* ids, const std::string& name, bool may_be_value,
                  size_t prefix_length_max, const IdRule* otherwise,
                  std::vector<KeyColumns>* keys) {
  IdRule rule;
  if (otherwise != nullptr) rule = *otherwise;
  Section table = ids->Table(name);
  if (!table.exists()) {
    if (otherwise == nullptr || (rule.value.has_value() && !may_be_value)) {
      ids->Need(name);
    }
  } else if (table.Find("value") != nullptr && may_be_value) {
    rule.value = ReadField(&table, "value");
  } else {
    rule.prefix = table.Text("prefix").value_or(rule.prefix);
    const toml::node* columns = table.Find("columns");
    if (columns != nullptr && columns->as_array() != nullptr) {
      rule.value.reset();
      rule.key = AddKey(ReadKeyColumns(&table, *columns->as_array()), keys);
    } else if (columns != nullptr) {
      table.Bad("columns", "is not a list");
    } else if (otherwise == nullptr || rule.value.has_value()) {
      table.Need("columns");
    }
  }
  table.End();
  if (rule.value.has_value()) return rule;
  // A digit at its end and the id's own could make a national number.
  const bool sound = rule.prefix.empty() ||
                     (domain::IsIdentifier(rule.prefix) &&
                      std::string_view("._/-").find(rule.prefix.back()) !=
                          std::string_view::npos);
  if (!sound || rule.prefix.size() > prefix_length_max) {
    ids->Bad(name, absl::StrFormat(
                       "has a prefix that is not of at most %d of A-Z a-z 0-9 "
                       ". _ / - with a sign at its end",
                       prefix_length_max));
  }
  return rule;
}

void ReadFile(Section table, Mapping* mapping) {
  CsvOptions& csv = mapping->csv;
  csv.delimiter = table.Sign("delimiter", ',');
  csv.quote = table.Sign("quote", '"');
  if (csv.delimiter == 0 || csv.delimiter == csv.quote) {
    table.Bad("delimiter", "is empty or the same as quote");
  }
  const std::string encoding = table.Text("encoding").value_or("utf-8");
  if (encoding == "latin-1") {
    csv.encoding = Encoding::kLatin1;
  } else if (encoding == "windows-1252") {
    csv.encoding = Encoding::kWindows1252;
  } else if (encoding != "utf-8") {
    table.Bad("encoding", "is none of utf-8, latin-1 and windows-1252");
  }
  csv.skip_rows = table.Count("skip_rows").value_or(0);
  csv.header = table.Flag("header", true);
  csv.trim = table.Flag("trim", true);
  AmountNotation& notation = mapping->notation;
  notation.decimal = table.Sign("decimal", '.');
  notation.thousands = table.Sign("thousands", 0);
  notation.currency_signs = table.Texts("currency_signs");
  const auto is_number = [](char c) {
    return (c >= '0' && c <= '9') || c == '-';
  };
  if (notation.decimal == 0 || notation.decimal == notation.thousands ||
      is_number(notation.decimal) || is_number(notation.thousands)) {
    table.Bad("decimal", "and thousands are not two signs beside digits");
  }
  for (const std::string& sign : notation.currency_signs) {
    if (sign.empty()) table.Bad("currency_signs", "holds an empty sign");
  }
  table.End();
}

void ReadFilters(Section table, Mapping* mapping) {
  if (!table.exists()) return;
  for (const auto& [key, node] : *table.table()) {
    const std::string name(key.str());
    RowFilter filter{Template::OfColumn(name), name, {}};
    if (node.is_array()) {
      filter.values = table.Texts(name);
    } else {
      filter.values = {table.Text(name).value_or("")};
    }
    if (filter.values.empty()) table.Bad(name, "holds no value");
    mapping->only.push_back(std::move(filter));
  }
}

void ReadTotals(Section table, Mapping* mapping) {
  mapping->totals.rows = table.Count("rows");
  mapping->totals.sum = table.Text("sum");
  table.End();
}

void ReadEntitlement(Section* ids, Section table, Mapping* mapping) {
  EntitlementFields fields;
  fields.entitlement = ReadIdRule(ids, "entitlement", true, kIdPrefixLengthMax,
                                  nullptr, &mapping->keys);
  mapping->reference = ReadIdRule(ids, "reference", false, kIdPrefixLengthMax,
                                  &fields.entitlement, &mapping->keys);
  fields.program = NeedField(&table, "program");
  fields.fiscal_year = NeedField(&table, "fiscal_year");
  fields.appropriation_region = ReadField(&table, "appropriation_region");
  table.Need("recipient");
  fields.recipient = ReadIdentity(table.Table("recipient"));
  if (table.Find("household") != nullptr) {
    fields.household = ReadIdentity(table.Table("household"));
  }
  fields.members = ReadMembers(&table);
  fields.region = NeedField(&table, "region");
  if (table.Find("month") != nullptr) {
    fields.first_month = ReadField(&table, "month");
    fields.last_month = fields.first_month;
  } else {
    fields.first_month = NeedField(&table, "first_month");
    fields.last_month = NeedField(&table, "last_month");
  }
  fields.currency = NeedField(&table, "currency");
  fields.amount = NeedField(&table, "amount");
  fields.basis = NeedField(&table, "basis");
  table.End();
  mapping->fields = std::move(fields);
}

void ReadDisbursement(Section* ids, Section table, Mapping* mapping) {
  DisbursementFields fields;
  fields.entitlement = ReadIdRule(ids, "entitlement", true, kIdPrefixLengthMax,
                                  nullptr, &mapping->keys);
  const IdRule* otherwise =
      fields.entitlement.value.has_value() ? nullptr : &fields.entitlement;
  fields.disbursement = ReadIdRule(
      ids, "disbursement", true, kIdPrefixLengthMax, otherwise, &mapping->keys);
  fields.end_to_end =
      ReadIdRule(ids, "end_to_end", true, kEndToEndPrefixLengthMax,
                 &fields.disbursement, &mapping->keys);
  mapping->reference = ReadIdRule(ids, "reference", false, kIdPrefixLengthMax,
                                  &fields.disbursement, &mapping->keys);
  fields.state = NeedField(&table, "state");
  fields.currency = NeedField(&table, "currency");
  fields.amount = NeedField(&table, "amount");
  fields.value_date = NeedField(&table, "value_date");
  fields.channel = NeedField(&table, "channel");
  fields.reason_code = FieldIfAny(&table, "reason_code");
  fields.bank_reason_code = FieldIfAny(&table, "bank_reason_code");
  fields.predecessor = FieldIfAny(&table, "predecessor");
  table.End();
  mapping->fields = std::move(fields);
}

Mapping ReadAll(const toml::table& root, const std::filesystem::path& folder,
                Faults* faults) {
  Mapping mapping;
  Section all(&root, "", faults);
  ReadFile(all.Table("file"), &mapping);
  ReadFilters(all.Table("only"), &mapping);
  ReadTotals(all.Table("totals"), &mapping);

  all.Need("ids");
  Section ids = all.Table("ids");
  const auto key = ids.Text("key");
  const bool is_public = ids.Flag("public", false);
  if (key.has_value() == is_public) {
    all.Bad("ids",
            "needs either the file of a key, or public = true when its "
            "columns hold no person's number");
  }
  if (key.has_value()) mapping.id_key = folder / *key;

  const bool entitlement = all.Find("entitlement") != nullptr;
  const bool disbursement = all.Find("disbursement") != nullptr;
  if (entitlement == disbursement) {
    faults->Add(nullptr, "one of [entitlement] and [disbursement] is needed");
  } else if (entitlement) {
    ReadEntitlement(&ids, all.Table("entitlement"), &mapping);
  } else {
    ReadDisbursement(&ids, all.Table("disbursement"), &mapping);
  }
  ids.End();
  all.End();
  return mapping;
}

}  // namespace

absl::StatusOr<Mapping> ParseMapping(std::string_view toml,
                                     std::string_view name,
                                     const std::filesystem::path& folder) {
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s line %d: %s", name, parsed.error().source().begin.line,
        parsed.error().description()));
  }
  Faults faults(name);
  Mapping mapping = ReadAll(parsed.table(), folder, &faults);
  AMANAH_RETURN_IF_ERROR(faults.status());
  return mapping;
}

absl::StatusOr<Mapping> ReadMapping(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file.is_open() || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrFormat(
        "%s: no such mapping, or it may not be read", path.string()));
  }
  return ParseMapping(text.str(), path.filename().string(), path.parent_path());
}

}  // namespace amanah::client

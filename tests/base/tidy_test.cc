// What a program can check of the shape of the code: arrows between folders go
// down only, each foreign library is included in one folder alone, and nothing
// is left open or grows without end. Runs in the project's root.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace amanah {
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;    // from the root
  std::string folder;  // "ledger/log", "server", "client", "tests"
  std::vector<std::string> lines;
};

std::string FolderOf(const std::string& path) {
  const size_t slash = path.find('/');
  const std::string top = path.substr(0, slash);
  if (top != "ledger") return top;
  return path.substr(0, path.find('/', slash + 1));
}

const std::vector<Source>& Sources() {
  static const std::vector<Source> sources = [] {
    std::vector<Source> found;
    for (const char* top : {"ledger", "server", "client", "tests"}) {
      for (const auto& file : fs::recursive_directory_iterator(top)) {
        const std::string extension = file.path().extension();
        if (extension != ".h" && extension != ".cc") continue;
        Source source{file.path(), FolderOf(file.path()), {}};
        std::ifstream in(file.path());
        for (std::string line; std::getline(in, line);) {
          source.lines.push_back(line);
        }
        found.push_back(source);
      }
    }
    return found;
  }();
  return sources;
}

// The text between the quotes or brackets of an include, or "".
std::string IncludeOf(const std::string& line) {
  if (line.rfind("#include ", 0) != 0) return "";
  const size_t open = line.find_first_of("\"<");
  const size_t close = line.find_first_of("\">", open + 1);
  return line.substr(open + 1, close - open - 1);
}

// What each folder may include besides itself.
const std::map<std::string, std::set<std::string>>& Allowed() {
  static const std::map<std::string, std::set<std::string>> allowed = [] {
    std::map<std::string, std::set<std::string>> out;
    std::set<std::string> below;
    for (const char* layer : {"base", "crypto", "log", "domain", "codec"}) {
      out[std::string("ledger/") + layer] = below;
      below.insert(std::string("ledger/") + layer);
    }
    out["ledger/kv"] = {"ledger/base"};
    out["ledger/judge"] = below;
    out["ledger/store"] = below;
    out["ledger/store"].insert("ledger/kv");
    out["ledger/audit"] = below;
    out["ledger/audit"].insert("ledger/judge");
    below.insert({"ledger/judge", "ledger/kv", "ledger/store"});
    out["ledger/writer"] = below;
    out["server"] = below;
    out["server"].insert({"ledger/writer", "ledger/audit"});
    out["client"] = below;
    out["client"].insert("ledger/audit");
    // A client has no database of its own.
    out["client"].erase("ledger/kv");
    return out;
  }();
  return allowed;
}

TEST(TidyTest, ArrowsGoDownOnly) {
  for (const Source& source : Sources()) {
    const auto allowed = Allowed().find(source.folder);
    if (allowed == Allowed().end()) continue;
    for (const std::string& line : source.lines) {
      const std::string include = IncludeOf(line);
      const std::string folder = FolderOf(include);
      const bool ours = include.rfind("ledger/", 0) == 0 ||
                        include.rfind("server/", 0) == 0 ||
                        include.rfind("client/", 0) == 0 ||
                        include.rfind("tests/", 0) == 0;
      if (!ours || folder == source.folder) continue;
      EXPECT_TRUE(allowed->second.contains(folder))
          << source.path << " includes " << include;
    }
  }
}

TEST(TidyTest, EachForeignLibraryIsIncludedInItsOwnFolderOnly) {
  const std::map<std::string, std::string> homes = {
      {"rocksdb/", "ledger/kv"},
      {"sodium", "ledger/crypto"},
      {"openssl/", "ledger/crypto"},
  };
  for (const Source& source : Sources()) {
    if (source.folder == "tests") continue;
    for (const std::string& line : source.lines) {
      const std::string include = IncludeOf(line);
      for (const auto& [prefix, home] : homes) {
        if (include.rfind(prefix, 0) != 0) continue;
        EXPECT_EQ(source.folder, home) << source.path << ": " << include;
      }
      if (include.rfind("grpc", 0) == 0) {
        EXPECT_TRUE(source.folder == "server" || source.folder == "client")
            << source.path << ": " << include;
      }
    }
  }
}

// Time, chance, files and floating point would make two books differ.
TEST(TidyTest, TheBookIsDeterministic) {
  const std::vector<std::string> barred = {
      "<chrono>",  "<ctime>",  "<random>",        "<filesystem>",
      "<fstream>", "<thread>", "<unordered_map>", "<cmath>"};
  for (const Source& source : Sources()) {
    if (source.folder != "ledger/domain") continue;
    for (const std::string& line : source.lines) {
      for (const std::string& one : barred) {
        EXPECT_NE(line, "#include " + one) << source.path;
      }
      for (const char* word : {" float ", " double ", "(double", "(float"}) {
        EXPECT_EQ(line.find(word), std::string::npos)
            << source.path << ": " << line;
      }
    }
  }
}

TEST(TidyTest, NothingIsLeftOpen) {
  // In two parts, so that this file passes its own test.
  const std::string open = std::string("TO") + "DO";
  const std::string broken = std::string("FIX") + "ME";
  const std::string disabled = std::string("DIS") + "ABLED_";
  for (const Source& source : Sources()) {
    for (const std::string& line : source.lines) {
      EXPECT_EQ(line.find(open), std::string::npos) << source.path;
      EXPECT_EQ(line.find(broken), std::string::npos) << source.path;
      EXPECT_EQ(line.find(disabled), std::string::npos) << source.path;
    }
  }
}

TEST(TidyTest, LinesAndFilesKeepTheirLength) {
  for (const Source& source : Sources()) {
    const bool test = source.folder == "tests";
    EXPECT_LE(source.lines.size(), test ? 700u : 520u) << source.path;
    for (size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      // Code points: a sign of more than one byte takes one column.
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
      });
      if (line.find("#include") == 0 || line.find("http") != line.npos) {
        continue;
      }
      EXPECT_LE(columns, 80) << source.path << ":" << i + 1;
    }
  }
}

TEST(TidyTest, HeadersHaveTheirGuards) {
  for (const Source& source : Sources()) {
    if (!source.path.ends_with(".h")) continue;
    std::string guard = "AMANAH_" + source.path + "_";
    for (char& c : guard) {
      c = c == '/' || c == '.' || c == '-'
              ? '_'
              : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    const bool found = std::find(source.lines.begin(), source.lines.end(),
                                 "#ifndef " + guard) != source.lines.end();
    EXPECT_TRUE(found) << source.path << " has no guard " << guard;
  }
}

}  // namespace
}  // namespace amanah

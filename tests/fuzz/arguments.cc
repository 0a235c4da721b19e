// Gives each target its words and seeds, so that it may be run by name alone.
// Arguments that stand on the command line come after these, and win.
#include <string>
#include <vector>

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  static std::string helps[] = {AMANAH_FUZZ_ARGUMENTS};
  static std::vector<char*> all = {(*arguments)[0]};
  for (std::string& help : helps) {
    if (!help.empty()) all.push_back(help.data());
  }
  all.insert(all.end(), *arguments + 1, *arguments + *count);
  *count = static_cast<int>(all.size());
  all.push_back(nullptr);
  *arguments = all.data();
  return 0;
}

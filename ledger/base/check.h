// AMANAH_CHECK: our own bugs. Always on; prints the condition and aborts.
// Never for what comes from outside: that is an absl::Status.
#ifndef AMANAH_LEDGER_BASE_CHECK_H_
#define AMANAH_LEDGER_BASE_CHECK_H_

namespace amanah {

// Prints "file:line: check failed: condition" to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line,
                              const char* condition);

}  // namespace amanah

#define AMANAH_CHECK(condition)                              \
  do {                                                       \
    if (!(condition)) [[unlikely]] {                         \
      ::amanah::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                        \
  } while (false)

#endif  // AMANAH_LEDGER_BASE_CHECK_H_

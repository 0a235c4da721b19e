// Which addresses are this machine's own: plain text goes to no other.
#ifndef AMANAH_LEDGER_BASE_LOOPBACK_H_
#define AMANAH_LEDGER_BASE_LOOPBACK_H_

#include <string_view>

namespace amanah {

// Whether host:port is one that only this machine reaches: 127.0.0.0/8, [::1]
// or localhost. Other names are never looked up, whatever they begin with.
bool IsLoopback(std::string_view address);

}  // namespace amanah

#endif  // AMANAH_LEDGER_BASE_LOOPBACK_H_

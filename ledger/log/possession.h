// The text by which a new key shows that its owner holds it:
//
//   amanah.key/v1
//   <origin of the ledger>
//   <base64 of the leaf hash of entry 0; 32 zero bytes in entry 0 itself>
//   <name that the key will have>
//   <role, as text>
//
// Each line ends in a newline. The key signs these bytes (crypto::SigningKey).
#ifndef AMANAH_LEDGER_LOG_POSSESSION_H_
#define AMANAH_LEDGER_LOG_POSSESSION_H_

#include <string>

#include "ledger/log/merkle.h"

namespace amanah::log {

struct PossessionText {
  std::string origin;
  Hash genesis;
  std::string name;
  std::string role;
};

// Requires: no field holds a newline.
std::string FormatPossessionText(const PossessionText& possession);

}  // namespace amanah::log

#endif  // AMANAH_LEDGER_LOG_POSSESSION_H_

// toml++ as all of the client uses it.
#ifndef AMANAH_CLIENT_IMPORT_TOML_H_
#define AMANAH_CLIENT_IMPORT_TOML_H_

// Debian's package is built with exceptions; used as a header it needs none.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
// Version 3.3 asserts of a table's header what a malformed text does not keep,
// and reports that properly in its next lines.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#endif  // AMANAH_CLIENT_IMPORT_TOML_H_

// References that follow from what a statement says, so that the same command
// run twice makes the same statement.
#ifndef AMANAH_CLIENT_REFERENCE_H_
#define AMANAH_CLIENT_REFERENCE_H_

#include <string>
#include <vector>

namespace amanah::client {

// The parts joined by `/`: "pay/D-1/credited". What is longer than 64
// characters is cut, and ends in a digest of the whole.
std::string MakeReference(const std::vector<std::string>& parts);

}  // namespace amanah::client

#endif  // AMANAH_CLIENT_REFERENCE_H_

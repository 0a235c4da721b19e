// The statements and entries of golden.txt, field by field, and its bytes.
#ifndef AMANAH_TESTS_CODEC_SAMPLES_H_
#define AMANAH_TESTS_CODEC_SAMPLES_H_

#include <cstdint>
#include <map>
#include <string>

#include "ledger/codec/entry_codec.h"
#include "ledger/domain/statement.h"

namespace amanah::testing_support {

// By the name that golden.txt gives them.
std::map<std::string, domain::Statement> SampleStatements();
std::map<std::string, codec::Entry> SampleEntries();

// The bytes of golden.txt, by name. Aborts when the file is not as it should.
const std::map<std::string, std::string>& Golden();
const std::string& GoldenBytes(const std::string& name);

// 32 or 33 bytes; a valid key of place 0 to 4.
crypto::Hash HashOf(uint8_t byte);
crypto::Pseudonym PseudonymOf(uint8_t byte);
domain::NewKey KeyOf(size_t place, uint8_t possession);

}  // namespace amanah::testing_support

#endif  // AMANAH_TESTS_CODEC_SAMPLES_H_

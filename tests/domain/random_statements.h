// Statements for the model test: mostly ones that could be said next, and all
// kinds of faults among them. The same seed gives the same statements.
#ifndef AMANAH_TESTS_DOMAIN_RANDOM_STATEMENTS_H_
#define AMANAH_TESTS_DOMAIN_RANDOM_STATEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/domain/naive_book.h"

namespace amanah::domain {

class RandomStatements {
 public:
  // Looks at `book` to see what could come next; it must outlive this object.
  RandomStatements(uint32_t seed, const NaiveBook* book)
      : engine_(seed), book_(*book) {}

  // Owners, banks, programs and money first, then at random.
  NaivePosting Next();

  size_t Below(size_t bound) { return engine_() % bound; }
  bool Percent(size_t percent) { return Below(100) < percent; }

 private:
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(all.size())];
  }
  std::string Numbered(std::string_view prefix, size_t count);
  std::vector<std::string> Some(const std::vector<std::string>& all);
  std::string AnAuthority();
  std::string OfRole(Role role);
  Amount AnAmount(int64_t wholes);
  std::vector<Pin> SomePins();
  NewKey AKey();

  Body ABody();
  AuthorityEnrolled Enrolled(Role role);
  ProgramDefined Program(const std::string& code);
  FundsAppropriated Funds(const std::string& code);
  EntitlementGranted Granted();
  DisbursementReported Paid(std::string* author);
  DisbursementReported Followed(std::string* author);
  Body Administrative();
  // Who would say it, most of the time.
  std::string AuthorOf(const Body& body);

  std::mt19937 engine_;
  const NaiveBook& book_;
  std::vector<NaivePosting> posted_;
  size_t names_ = 0;
};

}  // namespace amanah::domain

#endif  // AMANAH_TESTS_DOMAIN_RANDOM_STATEMENTS_H_

// SPDX-License-Identifier: Apache-2.0
// Search domains, as the questions of a resolver give them away.
#include <gmock/gmock.h>

#include <string>

#include "join/search_domains.h"

namespace cnamedrop::join {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SearchDomains, NameAskedAfterDenialsShowsTheList) {
  SearchDomains domains;
  domains.deny("a.example.kong.svc.cluster.local.");
  domains.deny("a.example.corp.example.org.");
  domains.ask("a.example.");
  EXPECT_THAT(domains.known(), ElementsAre("kong.svc.cluster.local.", "corp.example.org."));
}

TEST(SearchDomains, EachIsKnownOnce) {
  SearchDomains domains;
  domains.deny("a.example.corp.example.org.");
  domains.ask("a.example.");
  domains.deny("b.example.corp.example.org.");
  domains.ask("b.example.");
  EXPECT_THAT(domains.known(), ElementsAre("corp.example.org."));
}

TEST(SearchDomains, OtherNamesTellNothing) {
  SearchDomains domains;
  domains.deny("a.example.corp.example.org.");
  domains.ask("b.example.");
  domains.ask("a.example.corp.example.org.");
  domains.ask(".");
  EXPECT_THAT(domains.known(), IsEmpty());
}

TEST(SearchDomains, OldDenialsAreForgotten) {
  SearchDomains domains;
  domains.deny("a.example.corp.example.org.");
  for (int i = 0; i < 16; ++i) domains.deny("host" + std::to_string(i) + ".");
  domains.ask("a.example.");
  EXPECT_THAT(domains.known(), IsEmpty());
}

}  // namespace
}  // namespace cnamedrop::join

// SPDX-License-Identifier: Apache-2.0
// Addresses out of the texts of /proc/PID/net, as kernel 6.18 prints them.
#include <gmock/gmock.h>

#include "capture/pod_addresses.h"
#include "temp_tree.h"

namespace cnamedrop::capture {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

dns::IpAddress address(const char* text) { return *dns::parse_ip(text); }

constexpr std::string_view fib_trie = R"(Main:
  +-- 0.0.0.0/0 3 0 4
     +-- 10.244.1.0/24 2 0 2
        |-- 10.244.1.0
           /24 link UNICAST
        |-- 10.244.1.2
           /32 host LOCAL
        |-- 10.244.1.255
           /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 169.254.7.7
           /32 host LOCAL
Local:
  +-- 0.0.0.0/0 3 0 4
        |-- 10.244.1.2
           /32 host LOCAL
)";

TEST(PodAddresses, LocalAddressesOfTheTrieAreReadOnce) {
  EXPECT_THAT(parse_fib_trie(fib_trie), ElementsAre(address("10.244.1.2")));
}

TEST(PodAddresses, ATrieOfNothingHasNone) { EXPECT_THAT(parse_fib_trie("Main:\n  +-- 0.0.0.0/0 3 0 4\n"), IsEmpty()); }

TEST(PodAddresses, AddressesOfIpv6AreReadWithoutThoseOfEveryNamespace) {
  EXPECT_THAT(parse_if_inet6("fd000244000100000000000000000002 02 40 00 80     eth0\n"
                             "fe80000000000000a8aaaafffeaaaaaa 02 40 20 80     eth0\n"
                             "00000000000000000000000000000001 01 80 10 80       lo\n"
                             "00000000000000000000ffff0a000001 02 80 10 80     eth0\n"),
              ElementsAre(address("fd00:244:1::2"), address("::ffff:10.0.0.1")));
}

TEST(PodAddresses, WhatIsNoAddressIsPassedOver) { EXPECT_THAT(parse_if_inet6("fd00\nno address at all\n"), IsEmpty()); }

TEST(PodAddresses, TheirNumberIsBounded) {
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += " |-- 10." + std::to_string(i / 65536) + "." + std::to_string(i / 256) + "." + std::to_string(i % 256) +
            "\n   /32 host LOCAL\n";
  EXPECT_THAT(parse_fib_trie(many), SizeIs(max_addresses_of_a_namespace));
}

class PodAddressesOfProcess : public TempTree {};

TEST_F(PodAddressesOfProcess, BothTextsAreReadFromTheProcess) {
  file("7/net/fib_trie", fib_trie);
  file("7/net/if_inet6", "fd000244000100000000000000000002 02 40 00 80     eth0\n");
  EXPECT_THAT(addresses_of_process(root(), 7), ElementsAre(address("10.244.1.2"), address("fd00:244:1::2")));
}

TEST_F(PodAddressesOfProcess, AProcessThatIsGoneHasNone) { EXPECT_THAT(addresses_of_process(root(), 7), IsEmpty()); }

}  // namespace
}  // namespace cnamedrop::capture

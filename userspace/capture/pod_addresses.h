// SPDX-License-Identifier: Apache-2.0
// The addresses of a network namespace, out of the texts of /proc/PID/net. Only those that are one pod's: no loopback,
// link-local or multicast ones, which are in every namespace.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "dns/ip_address.h"

namespace cnamedrop::capture {

// At most so many per namespace: a bound that no pod reaches.
inline constexpr std::size_t max_addresses_of_a_namespace = 4096;

bool is_of_one_namespace(const dns::IpAddress& address);

// fib_trie: the local addresses, each once.
std::vector<dns::IpAddress> parse_fib_trie(std::string_view text);

// if_inet6: one address per line.
std::vector<dns::IpAddress> parse_if_inet6(std::string_view text);

// Of the namespace of a process. Nothing where the process is gone.
std::vector<dns::IpAddress> addresses_of_process(const std::filesystem::path& proc, unsigned pid);

}  // namespace cnamedrop::capture

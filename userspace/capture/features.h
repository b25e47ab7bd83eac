// SPDX-License-Identifier: Apache-2.0
// What the running kernel offers, read from its BTF and never from its version. Each feature can be forced off, so that
// a new kernel runs the path of an old one.
#pragma once

#include <map>
#include <set>
#include <string>

#include "types/result.h"

struct btf;

namespace cnamedrop::capture {

struct Features {
  bool drop_reason = false;  // kfree_skb says why (5.17, upstream c504e5c2f964)
  bool rx_socket = false;    // kfree_skb says for which socket (6.11, upstream ba8de796baf4)
  bool conntrack = false;    // struct nf_conn is known: built in, or its module is loaded
  bool task_list = false;    // a program lists all processes with their namespaces (5.8, upstream eaaacd23910f)

  bool operator==(const Features&) const = default;
};

// By name, in the form that the start event and `cnamedrop check` show.
std::map<std::string, bool> to_map(const Features& features);

// Reads the features from the kernel's BTF. Fails without /sys/kernel/btf/vmlinux, or if the shape of the tracepoint is
// none that is known.
Result<Features> probe_features(const btf* vmlinux);

// Turns the named features off. Fails on a name that is none.
Result<Features> without(Features features, const std::set<std::string>& names);

}  // namespace cnamedrop::capture

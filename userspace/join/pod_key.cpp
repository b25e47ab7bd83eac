// SPDX-License-Identifier: Apache-2.0
// A key is the pod, a line break, the node: no UID, path or name of a node holds a line break, and if one did, only two
// pods that someone named so would share their state.
#include "join/pod_key.h"

namespace cnamedrop::join {
namespace {

std::string_view node_of_key(std::string_view key) { return key.substr(key.rfind('\n') + 1); }

}  // namespace

std::string pod_key(const events::Observation& observation) {
  std::string key;
  if (observation.pod != nullptr) {
    key = observation.pod->key();
  } else {
    key = "cgroup " + std::to_string(events::cgroup_id(observation));
    if (observation.trace != nullptr) (key += '\n') += observation.trace->trace_id;
  }
  key += '\n';
  return key += events::node_name(observation);
}

std::string_view pod_of_key(std::string_view key) { return key.substr(0, key.find('\n')); }

bool same_node(std::string_view a, std::string_view b) { return node_of_key(a) == node_of_key(b); }

}  // namespace cnamedrop::join

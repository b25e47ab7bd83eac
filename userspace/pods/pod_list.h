// SPDX-License-Identifier: Apache-2.0
// The pods of a cluster with their labels, as `kubectl get pods -A -o json` prints them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "pods/pod.h"
#include "types/result.h"

namespace cnamedrop::pods {

struct ListedPod {
  std::string uid;
  std::string namespace_name;
  std::string name;
  std::map<std::string, std::string> labels;
};

class PodList {
 public:
  void add(ListedPod pod);

  // By UID; by namespace and name only for a pod whose UID is not known. Null: it is not in the list.
  const ListedPod* find(const Pod& pod) const;

  std::size_t size() const { return pods_.size(); }

 private:
  std::vector<ListedPod> pods_;
  std::unordered_map<std::string, std::size_t> by_uid_;
  std::unordered_map<std::string, std::size_t> by_name_;  // "namespace/name"
};

// Reads a list, or one pod, as a stream: a cluster's is hundreds of megabytes, of which little is kept. Anything else
// than UID, name, namespace and labels is passed over. The error says where the text is not JSON, or too large.
Result<PodList> read_pod_list(const std::filesystem::path& path);

}  // namespace cnamedrop::pods

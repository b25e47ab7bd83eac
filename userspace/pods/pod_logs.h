// SPDX-License-Identifier: Apache-2.0
// Names of pods and containers from the kubelet's own log directories, so that a node needs no access to the API
// server. Reads names of directories and links only, never a log.
#pragma once

#include <filesystem>

#include "pods/pod.h"

namespace cnamedrop::pods {

// Fills namespace_name and name of a pod whose uid is known from <root>/NAMESPACE_NAME_UID (root: /var/log/pods), and
// container_name where a link tells which log belongs to container_id: Docker's links below that directory, or the
// links NAME_NAMESPACE_CONTAINER-ID.log in <root>/../containers. What no directory tells stays empty: nothing is
// guessed. Bytes that no Kubernetes name may hold are replaced by '_'.
void fill_names(Pod& pod, const std::filesystem::path& root);

}  // namespace cnamedrop::pods

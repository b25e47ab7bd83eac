// What the join is told of a pod is what the live trace would have told it.
#include "join/replay.h"

#include <utility>

namespace cnamedrop::join {

events::Event replay(Join& join, events::Event event) {
  const bool introduces_itself = std::holds_alternative<events::PodSeen>(event.observation.what);
  if (event.pod && event.cgroup_id != 0 && !introduces_itself && !join.knows(event.cgroup_id))
    join.annotate({event.observation.time, events::PodSeen{event.cgroup_id, *event.pod, false}});
  return join.annotate(std::move(event.observation));
}

}  // namespace cnamedrop::join

// The fields that the event file has in common with Hubble's flow JSON, where they mean the same (Cilium's
// api/v1/flow/flow.proto): for both formats. What only one of them has is not here.
#pragma once

#include "events/flow.h"
#include "events/json_writer.h"

namespace cnamedrop::events {

// These two write the value alone, without its key.
void write_addresses(JsonWriter& json, const Flow& flow);
void write_ports(JsonWriter& json, const Flow& flow);

// rrtypes, cnames, ips and ttl; each is left out where it would be empty.
void write_answer_summary(JsonWriter& json, const std::vector<dns::Record>& answers);

// names: of the remote side.
void write_remote_names(JsonWriter& json, const std::vector<dns::Name>& names, Direction direction);

}  // namespace cnamedrop::events

// The fields that the event file has in common with Hubble's flow JSON, where they mean the same (Cilium's
// api/v1/flow/flow.proto): for both formats. What only one of them has is not here.
#pragma once

#include "events/flow.h"
#include "json/writer.h"

namespace cnamedrop::events {

// These two write the value alone, without its key.
void write_addresses(json::Writer& json, const Flow& flow);
void write_ports(json::Writer& json, const Flow& flow);

// rrtypes, cnames, ips and ttl; each is left out where it would be empty.
void write_answer_summary(json::Writer& json, const std::vector<dns::Record>& answers);

// names: of the remote side.
void write_remote_names(json::Writer& json, const std::vector<dns::Name>& names, Direction direction);

}  // namespace cnamedrop::events

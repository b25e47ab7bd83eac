// SPDX-License-Identifier: Apache-2.0
// The packet of a dns or drop event: direction, addresses, protocol and ports, as Hubble's flows have them (Cilium's
// api/v1/flow/flow.proto). Written, read and described side by side, because the two ends of a packet are named by its
// way (source, destination), and those of a Flow by whose they are (local, remote).
#pragma once

#include "events/event.h"
#include "events/flow.h"
#include "json/form.h"

namespace cnamedrop::events {

// These two write the value alone, without its key.
void write_addresses(json::Writer& json, const Flow& flow);
void write_ports(json::Writer& json, const Flow& flow);

// destination_names or source_names: of the remote side, without final dots; left out where there are none.
void write_remote_names(json::Writer& json, const Event& event, Direction direction);

// The members traffic_direction, ip and l4.
void write_packet(json::Writer& json, const Flow& flow);
Flow read_packet(const json::Place& at, const json::Members& members);
void add_packet_schema(json::ObjectSchema& object);

}  // namespace cnamedrop::events

// SPDX-License-Identifier: Apache-2.0
// Field by field.
#include "capture/drop_assembly.h"

#include <cstring>
#include <utility>

#include "capture/dns_assembly.h"

namespace cnamedrop::capture {
namespace {

std::optional<events::AttributedBy> to_attributed_by(std::uint8_t by) {
  switch (by) {
    case ATTRIBUTED_BY_SOCKET:
      return events::AttributedBy::Socket;
    case ATTRIBUTED_BY_RX_SOCKET:
      return events::AttributedBy::RxSocket;
    case ATTRIBUTED_BY_LOCAL_ENDPOINT:
      return events::AttributedBy::LocalEndpoint;
    case ATTRIBUTED_BY_CONNTRACK:
      return events::AttributedBy::Conntrack;
    case ATTRIBUTED_BY_INNER_HEADERS:
      return events::AttributedBy::InnerHeaders;
    case ATTRIBUTED_BY_NETNS:
      return events::AttributedBy::Netns;
    case ATTRIBUTED_BY_ADDRESS:
      return events::AttributedBy::Address;
    default:
      return std::nullopt;
  }
}

events::OpenedBy to_opened_by(std::uint8_t by) {
  if (by == OPENED_BY_POD) return events::OpenedBy::Pod;
  return by == OPENED_BY_REMOTE ? events::OpenedBy::Remote : events::OpenedBy::Unknown;
}

}  // namespace

std::optional<events::Dropped> to_dropped(const drop_record& record, DropReasons& reasons, KernelSymbols& symbols) {
  const drop_key& key = record.key;
  const std::optional<events::AttributedBy> by = to_attributed_by(record.attributed_by);
  if (!by) return std::nullopt;
  events::Dropped drop;
  drop.cgroup_id = record.header.cgroup_id;
  drop.attributed_by = *by;
  drop.direction = key.direction == DIRECTION_EGRESS ? events::Direction::Egress : events::Direction::Ingress;
  drop.protocol = key.protocol;
  drop.local = {to_address(key.local, key.ip_version), record.local_port};
  drop.remote = {to_address(key.remote, key.ip_version), key.remote_port};
  if (record.has_original_remote != 0)
    drop.original_remote =
        dns::Endpoint{to_address(record.original_remote, key.ip_version), record.original_remote_port};
  drop.tcp_flags = record.tcp_flags;
  drop.length = record.length;
  drop.count = record.packets;
  drop.skbs = 1;
  if (record.reason_known != 0) {
    DropReason reason = reasons.name(key.reason);
    drop.reason_number = key.reason;
    drop.reason = std::move(reason.name);
    drop.subsystem = std::move(reason.subsystem);
  }
  drop.location = key.location;
  drop.symbol = symbols.name(key.location);
  drop.interface.assign(record.interface_name, strnlen(record.interface_name, sizeof(record.interface_name)));
  drop.interface_index = record.interface_index;
  drop.netns = record.netns;
  drop.opened_by = to_opened_by(record.opened_by);
  return drop;
}

}  // namespace cnamedrop::capture

// SPDX-License-Identifier: Apache-2.0
// Messages of net/core/net_namespace.c, rtnetlink.c, net/ipv4/devinet.c and net/ipv6/addrconf.c, packed and unpacked.
#include "capture/netns_netlink.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

#include "capture/pod_addresses.h"

namespace cnamedrop::capture {
namespace {

template <typename Body>
std::vector<std::uint8_t> message(std::uint16_t type, std::uint16_t flags, const Body& body) {
  std::vector<std::uint8_t> bytes(NLMSG_SPACE(sizeof body));
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + NLMSG_HDRLEN, &body, sizeof body);
  return bytes;
}

void add_number(std::vector<std::uint8_t>& bytes, std::uint16_t type, std::int32_t value) {
  rtattr attribute{};
  attribute.rta_len = RTA_LENGTH(sizeof value);
  attribute.rta_type = type;
  const std::size_t at = bytes.size();
  bytes.resize(at + RTA_SPACE(sizeof value));
  std::memcpy(bytes.data() + at, &attribute, sizeof attribute);
  std::memcpy(bytes.data() + at + RTA_LENGTH(0), &value, sizeof value);
}

void add_reference(std::vector<std::uint8_t>& bytes, const NetnsReference& netns) {
  if (netns.fd >= 0)
    add_number(bytes, NETNSA_FD, netns.fd);
  else
    add_number(bytes, NETNSA_PID, static_cast<std::int32_t>(netns.pid));
}

// Calls visit(type, data, size) for each attribute behind the body of a message.
template <typename Body, typename Visit>
void for_each_attribute(const nlmsghdr* header, Visit visit) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(header) + NLMSG_SPACE(sizeof(Body));
  const auto* const end = reinterpret_cast<const std::uint8_t*>(header) + header->nlmsg_len;
  while (at + sizeof(rtattr) <= end) {
    rtattr attribute{};
    std::memcpy(&attribute, at, sizeof attribute);
    if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > end) return;
    visit(attribute.rta_type & NLA_TYPE_MASK, at + RTA_LENGTH(0), attribute.rta_len - RTA_LENGTH(0));
    at += RTA_ALIGN(attribute.rta_len);
  }
}

std::optional<std::int32_t> nsid_in(const nlmsghdr* header) {
  std::optional<std::int32_t> id;
  for_each_attribute<rtgenmsg>(header, [&](int type, const std::uint8_t* data, std::size_t size) {
    std::int32_t value = 0;
    if (type != NETNSA_NSID || size != sizeof value) return;
    std::memcpy(&value, data, sizeof value);
    if (value >= 0) id = value;
  });
  return id;
}

}  // namespace

NetnsNetlink::NetnsNetlink() : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  const int on = 1;
  const timeval patience{1, 0};  // the kernel answers at once; a bound, should it not
  // Without strict checking a dump is of our own namespace, whatever is asked for (4.20).
  if (setsockopt(socket_.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on) != 0) socket_ = FileDescriptor();
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

// False if the kernel refuses.
template <typename Visit>
bool NetnsNetlink::ask(std::vector<std::uint8_t>& request, Visit visit) {
  nlmsghdr header{};
  std::memcpy(&header, request.data(), sizeof header);
  header.nlmsg_len = static_cast<std::uint32_t>(request.size());
  header.nlmsg_seq = ++sequence_;
  std::memcpy(request.data(), &header, sizeof header);
  if (!socket_ || send(socket_.get(), request.data(), request.size(), 0) < 0) return false;
  alignas(nlmsghdr) char buffer[32768];
  while (true) {
    const ssize_t received = recv(socket_.get(), buffer, sizeof buffer, 0);
    if (received < 0) return false;
    auto left = static_cast<unsigned>(received);
    for (const auto* one = reinterpret_cast<const nlmsghdr*>(buffer); NLMSG_OK(one, left);
         one = NLMSG_NEXT(one, left)) {
      if (one->nlmsg_seq != sequence_) continue;  // of an answer that was given up
      if (one->nlmsg_type == NLMSG_DONE) return true;
      if (one->nlmsg_type == NLMSG_ERROR) return static_cast<const nlmsgerr*>(NLMSG_DATA(one))->error == 0;
      visit(one);
      if ((one->nlmsg_flags & NLM_F_MULTI) == 0 && (header.nlmsg_flags & NLM_F_ACK) == 0) return true;
    }
  }
}

std::optional<std::int32_t> NetnsNetlink::known_id_of(const NetnsReference& netns) {
  std::optional<std::int32_t> id;
  std::vector<std::uint8_t> question = message(RTM_GETNSID, 0, rtgenmsg{});
  add_reference(question, netns);
  ask(question, [&](const nlmsghdr* answer) { id = nsid_in(answer); });
  return id;
}

std::optional<std::int32_t> NetnsNetlink::id_of(const NetnsReference& netns) {
  if (const std::optional<std::int32_t> known = known_id_of(netns)) return known;
  std::vector<std::uint8_t> assignment = message(RTM_NEWNSID, NLM_F_ACK, rtgenmsg{});
  add_number(assignment, NETNSA_NSID, -1);
  add_reference(assignment, netns);
  ask(assignment, [](const nlmsghdr*) {});
  return known_id_of(netns);
}

std::set<std::int32_t> NetnsNetlink::peers_of(std::int32_t id) {
  std::set<std::int32_t> peers;
  std::vector<std::uint8_t> question = message(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{});
  add_number(question, IFLA_TARGET_NETNSID, id);
  ask(question, [&](const nlmsghdr* link) {
    for_each_attribute<ifinfomsg>(link, [&](int type, const std::uint8_t* data, std::size_t size) {
      std::int32_t peer = 0;
      if (type != IFLA_LINK_NETNSID || size != sizeof peer) return;
      std::memcpy(&peer, data, sizeof peer);
      peers.insert(peer);
    });
  });
  return peers;
}

std::vector<dns::IpAddress> NetnsNetlink::addresses_of(std::int32_t id) {
  std::vector<dns::IpAddress> addresses;
  std::vector<std::uint8_t> question = message(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{});
  add_number(question, IFA_TARGET_NETNSID, id);
  ask(question, [&](const nlmsghdr* answer) {
    dns::IpAddress address;
    std::size_t found = 0;
    for_each_attribute<ifaddrmsg>(answer, [&](int type, const std::uint8_t* data, std::size_t size) {
      // Of a point-to-point device IFA_ADDRESS is the other end; IFA_LOCAL, which only IPv4 has, comes behind it.
      if ((type != IFA_ADDRESS && type != IFA_LOCAL) || (size != 4 && size != 16)) return;
      address.version = size == 4 ? dns::IpVersion::V4 : dns::IpVersion::V6;
      std::copy_n(data, size, address.bytes.begin());
      found = size;
    });
    if (found != 0 && is_of_one_namespace(address) && addresses.size() < max_addresses_of_a_namespace)
      addresses.push_back(address);
  });
  return addresses;
}

}  // namespace cnamedrop::capture

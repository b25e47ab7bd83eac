# SPDX-License-Identifier: Apache-2.0
# The egress policies of a lab. All allow what the policy credits by question name and drop the pods' other packets;
# they differ in where the drop happens. Sourced by scripts/lab.
# shellcheck shell=bash disable=SC2154

nft_in_node() {
  nsenter --net="/run/netns/${namespaces[node]}" -- nft -f -
}

# A credit lives as long as the shortest TTL of the chain, as Cilium's do. An element that is added again while it
# lives keeps its first expiry.
create_policy_tables() {
  local life=$((a_ttl < cname_ttl ? a_ttl : cname_ttl))
  nft_in_node <<EOT
table inet fqdn {
  set credited4 { type ipv4_addr; flags timeout; timeout ${life}s; }
  set credited6 { type ipv6_addr; flags timeout; timeout ${life}s; }
  chain from_pod { }
  chain input { type filter hook input priority 0; }
  chain forward {
    type filter hook forward priority 0;
    iifname { "$node_pod_interface", "$node_other_interface" } jump from_pod
  }
  chain output { type filter hook output priority 0; }
  chain postrouting { type nat hook postrouting priority 100; }
}
EOT
  echo off > "$state_dir/policy"
}

# Rules that leave chain from_pod for every packet that the policy allows.
allow_credited() {
  cat <<'EOT'
add rule inet fqdn from_pod ct state established accept
add rule inet fqdn from_pod meta l4proto ipv6-icmp accept
add rule inet fqdn from_pod meta l4proto { tcp, udp } th dport 53 accept
add rule inet fqdn from_pod ip daddr @credited4 accept
add rule inet fqdn from_pod ip6 daddr @credited6 accept
EOT
}

# FQDN_PROGRAM names an object that was built before; else it is built now.
build_fqdn_program() {
  fqdn_program=${FQDN_PROGRAM:-}
  if [[ -z $fqdn_program ]]; then
    "$lab_files/../../scripts/build" dev fqdn_program > /dev/null
    fqdn_program=$lab_files/../../build/dev/tests/e2e/fqdn_policy.bpf.o
  fi
}

# Commands of tc, one a line.
tc_in_node() {
  nsenter --net="/run/netns/${namespaces[node]}" -- tc "$@" -batch -
}

# Credits from the answers to the pods, verdict at interface $1 (and $3), direction $2 (and $4). One load for all, since
# the programs share the map of credits; pinned until this script ends, since tc attaches by path.
attach_fqdn_program() {
  local pins=$state_dir/bpf
  build_fqdn_program
  mkdir -p "$pins"
  mount -t bpf bpf "$pins"
  # shellcheck disable=SC2064 # the directory of now
  trap "umount '$pins'" EXIT
  bpftool prog loadall "$fqdn_program" "$pins/programs"
  {
    printf 'qdisc add dev %s clsact\n' "$node_pod_interface" "$node_other_interface" "$node_uplink"
    printf "filter add dev %s egress bpf direct-action object-pinned $pins/programs/credit_answer\n" \
      "$node_pod_interface" "$node_other_interface"
    printf "filter add dev %s %s bpf direct-action object-pinned $pins/programs/judge_packet\n" "$@"
  } | tc_in_node
}

build_overlay() {
  local node=${namespaces[node]} world=${namespaces[world]}
  ip -n "$node" -batch - <<EOT
link add vxlan0 type vxlan id 77 local $node4 remote $world4 dstport 4789 dev $node_uplink
address add $overlay_node4/24 dev vxlan0
address add $overlay_node6/64 dev vxlan0
link set vxlan0 up
route replace default via $overlay_world4
route replace default via $overlay_world6
EOT
  ip -n "$world" -batch - <<EOT
link add vxlan0 type vxlan id 77 local $world4 remote $node4 dstport 4789 dev eth0
address add $overlay_world4/24 dev vxlan0
address add $overlay_world6/64 dev vxlan0
link set vxlan0 up
EOT
}

# With all credits.
remove_policy() {
  {
    printf 'flush chain inet fqdn %s\n' from_pod input output postrouting
    printf 'flush set inet fqdn %s\n' credited4 credited6
  } | nft_in_node
  printf 'qdisc del dev %s clsact\n' "$node_pod_interface" "$node_other_interface" "$node_uplink" |
    tc_in_node -force 2> /dev/null || true
  if ip -n "${namespaces[node]}" link show vxlan0 > /dev/null 2>&1; then
    ip -n "${namespaces[node]}" link del vxlan0
    ip -n "${namespaces[world]}" link del vxlan0
    printf 'route replace default via %s\n' "$world4" "$world6" | ip -n "${namespaces[node]}" -batch -
  fi
  echo off > "$state_dir/policy"
}

# The mark crosses the encapsulation, so the outer packet can be judged by the verdict on the inner one.
set_policy() {
  local pods="{ \"$node_pod_interface\", \"$node_other_interface\" }"
  case $1 in
    off | nft | tc | dns-drop | snat-egress-drop | vxlan) remove_policy ;;
    *) usage ;;
  esac
  case $1 in
    nft) { allow_credited && echo 'add rule inet fqdn from_pod drop'; } | nft_in_node ;;
    tc) attach_fqdn_program "$node_pod_interface" ingress "$node_other_interface" ingress ;;
    dns-drop) echo "add rule inet fqdn input iifname $pods meta l4proto { tcp, udp } th dport 53 drop" | nft_in_node ;;
    snat-egress-drop)
      echo "add rule inet fqdn postrouting oifname $node_uplink masquerade" | nft_in_node
      attach_fqdn_program "$node_uplink" egress
      ;;
    vxlan)
      build_overlay
      {
        allow_credited
        echo 'add rule inet fqdn from_pod meta mark set 0xcd'
        echo 'add rule inet fqdn output meta mark 0xcd udp dport 4789 drop'
      } | nft_in_node
      ;;
  esac
  echo "$1" > "$state_dir/policy"
}

# The credits of the tc program go with it.
flush_policy() {
  local policy
  policy=$(< "$state_dir/policy")
  case $policy in
    tc | snat-egress-drop) set_policy "$policy" ;;
    *) printf 'flush set inet fqdn %s\n' credited4 credited6 | nft_in_node ;;
  esac
}

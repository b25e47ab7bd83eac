# SPDX-License-Identifier: Apache-2.0
# Namespaces, links, addresses, cgroups and pod directories of a lab, and running something inside them. Sourced by
# scripts/lab. Services and policies are not here.
# shellcheck shell=bash disable=SC2154

# Replaces this shell by a command in the cgroup and network namespace of $1. `ip netns exec` would mount a fresh /sys
# and so hide the cgroup and BPF file systems. With RESOLV_CONF the command sees that file as /etc/resolv.conf.
exec_in() {
  local where=$1
  shift
  echo "$BASHPID" > "${cgroups[$where]}/cgroup.procs"
  if [[ -n ${RESOLV_CONF:-} && -e /etc/resolv.conf ]]; then
    # shellcheck disable=SC2016 # expands in the shell inside
    set -- unshare --mount \
      bash -c 'mount --bind "$0" "$(readlink -f /etc/resolv.conf)" && exec "$@"' "$RESOLV_CONF" "$@"
  fi
  exec nsenter --net="/run/netns/${namespaces[$where]}" -- "$@"
}

run_in() {
  (exec_in "$@")
}

build_cgroups() {
  [[ -n $cgroup_mount ]] || fail "no cgroup v2 hierarchy is mounted"
  mkdir -p "${cgroups[@]}"
}

# The kubelet's directories, from which names of pods are read on a node.
build_pod_logs() {
  local pod=$pod_logs/${pod_namespace}_${pod_name}_$pod_uid
  local other=$pod_logs/${other_pod_namespace}_${other_pod_name}_$other_pod_uid
  mkdir -p "$pod/kong" "$pod/sidecar" "$other/other"
  printf 'search kong.svc.cluster.local svc.cluster.local cluster.local\nnameserver %s\noptions ndots:5\n' \
    "$resolver4" > "$state_dir/resolv.conf"
}

# Set before any link exists, since links copy the defaults: without duplicate address detection IPv6 works at once, and
# without reverse path filters a reply may come back by another link than the overlay.
prepare_namespace() {
  local settings=(net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.all.accept_dad=0
    net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0)
  if [[ $1 == *-node ]]; then
    settings+=(net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1)
  fi
  ip netns add "$1"
  nsenter --net="/run/netns/$1" -- sysctl -qw "${settings[@]}"
  ip -n "$1" link set lo up
}

# One pod's veth pair: node interface $2 with gateways $3 $4, addresses $5 $6 in the namespace of $1.
connect_pod() {
  local pod=${namespaces[$1]} node=${namespaces[node]}
  ip -n "$node" link add "$2" type veth peer name "$pod_interface" netns "$pod"
  ip -n "$node" -batch - <<EOT
address add $3/24 dev $2
address add $4/64 dev $2
link set $2 up
EOT
  ip -n "$pod" -batch - <<EOT
address add $5/24 dev $pod_interface
address add $6/64 dev $pod_interface
link set $pod_interface up
route add default via $3
route add default via $4
EOT
}

connect_world() {
  local node=${namespaces[node]} world=${namespaces[world]}
  ip -n "$node" link add "$node_uplink" type veth peer name eth0 netns "$world"
  ip -n "$node" -batch - <<EOT
address add $resolver4/32 dev lo
address add $resolver6/128 dev lo
address add $node4/24 dev $node_uplink
address add $node6/64 dev $node_uplink
link set $node_uplink up
route add default via $world4
route add default via $world6
EOT
  {
    printf 'address add %s dev lo\n' "${world_addresses[@]}"
    cat <<EOT
address add $world4/24 dev eth0
address add $world6/64 dev eth0
link set eth0 up
route add default via $node4
route add default via $node6
EOT
  } | ip -n "$world" -batch -
}

build_networks() {
  local where
  for where in kong other node world; do
    prepare_namespace "${namespaces[$where]}"
  done
  connect_pod kong "$node_pod_interface" "$pod_gateway4" "$pod_gateway6" "$pod4" "$pod6"
  connect_pod other "$node_other_interface" "$other_gateway4" "$other_gateway6" "$other4" "$other6"
  connect_world
}

remove_networks() {
  local where
  for where in kong other node world; do
    if [[ -e /run/netns/${namespaces[$where]} ]]; then
      ip netns delete "${namespaces[$where]}"
    fi
  done
}

# Everything that runs in a lab was put into its cgroup when it started, so the cgroup is the list of what to end.
end_processes() {
  local turn pid
  [[ -d $lab_cgroup ]] || return 0
  for ((turn = 0; turn < 500; turn++)); do
    grep -q '^populated 1' "$lab_cgroup/cgroup.events" || return 0
    while read -r pid; do
      kill -KILL "$pid" 2> /dev/null || true
    done < <(find "$lab_cgroup" -name cgroup.procs -exec cat {} +)
    sleep 0.01
  done
  printf 'lab: processes of %s do not end\n' "$lab_cgroup" >&2
}

remove_cgroups() {
  if [[ -d $lab_cgroup ]]; then
    find "$lab_cgroup" -depth -type d -exec rmdir {} +
  fi
}

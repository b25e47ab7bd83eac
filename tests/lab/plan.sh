# SPDX-License-Identifier: Apache-2.0
# What a lab is made of, worked out from its name alone: namespaces, cgroups, pods, addresses. Sourced by scripts/lab;
# it creates nothing.
# shellcheck shell=bash disable=SC2034

# Addresses live inside the lab's namespaces only; all labs have the same.
readonly resolver4=10.96.0.10 resolver6=fd00:96::a
readonly pod4=10.244.1.2 pod6=fd00:244:1::2 other4=10.244.2.2 other6=fd00:244:2::2
readonly pod_gateway4=10.244.1.1 pod_gateway6=fd00:244:1::1 other_gateway4=10.244.2.1 other_gateway6=fd00:244:2::1
readonly node4=10.77.0.1 node6=fd00:77::1 world4=10.77.0.2 world6=fd00:77::2
readonly overlay_node4=10.78.0.1 overlay_node6=fd00:78::1 overlay_world4=10.78.0.2 overlay_world6=fd00:78::2
# What the names of zone.in resolve to, and an address that no answer holds.
readonly login4=20.190.151.134 login6=2603:1037:1:c8::8
readonly direct4=198.51.100.10 direct6=2001:db8:100::10
readonly denied4=198.51.100.20 denied6=2001:db8:100::20
readonly brief4=198.51.100.30 target4=198.51.100.40 autopath4=198.51.100.50
readonly unlisted4=203.0.113.99 unlisted6=2001:db8:99::99
readonly world_addresses=("$login4/32" "$login6/128" "$direct4/32" "$direct6/128" "$denied4/32" "$denied6/128"
  "$brief4/32" "$target4/32" "$autopath4/32" "$unlisted4/32" "$unlisted6/128")
# The names that the policy lets pods go to; fqdn_policy.bpf.c has the same list in wire format.
readonly allowed_names=(login.microsoftonline.com direct.lab.test brief.lab.test target.lab.test autopath.lab.test)
readonly node_pod_interface=pod0 node_other_interface=pod1 node_uplink=uplink0 pod_interface=eth0

# Where this machine has its v2 hierarchy: hybrid set-ups keep it beside the v1 ones.
cgroup2_mount() {
  awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' /proc/self/mountinfo
}

# 64 hex digits that depend on the lab and the number $1 only, so that two labs have different pods and one lab always
# the same: a piece of one hash, for processes cost an emulated machine much.
lab_hex() {
  local hash_twice=$lab_hash$lab_hash
  printf -v hex '%s' "${hash_twice:$1 * 24:64}"
}

# Leaves in uid what a pod's UID looks like.
lab_uid() {
  lab_hex "$1"
  printf -v uid '%s-%s-4%s-8%s-%s' "${hex:0:8}" "${hex:8:4}" "${hex:12:3}" "${hex:15:3}" "${hex:18:12}"
}

plan_lab() {
  [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,14}$ ]] || return 1
  name=$1
  state_dir=/run/cnamedrop-lab/$name
  pod_logs=$state_dir/pods
  declare -gA namespaces=([kong]=cdl-$name-pod [sidecar]=cdl-$name-pod [other]=cdl-$name-pod2
    [node]=cdl-$name-node [world]=cdl-$name-world)

  local lab_hash hex uid
  lab_hash=$(sha512sum <<< "$name")
  lab_hash=${lab_hash%% *}
  lab_uid 0
  pod_uid=$uid
  lab_uid 1
  other_pod_uid=$uid
  pod_namespace=kong pod_name=kong-gateway-7d9c5b6f4-x2x7q
  other_pod_namespace=default other_pod_name=other-0
  local number=2 where
  declare -gA container_ids
  for where in kong sidecar other; do
    lab_hex $((number++))
    container_ids[$where]=$hex
  done

  cgroup_mount=$(cgroup2_mount)
  lab_cgroup=$cgroup_mount/cnamedrop-lab-$name
  local burstable=$lab_cgroup/kubepods.slice/kubepods-burstable.slice
  pod_cgroup=$burstable/kubepods-burstable-pod${pod_uid//-/_}.slice
  other_pod_cgroup=$burstable/kubepods-burstable-pod${other_pod_uid//-/_}.slice
  declare -gA cgroups=([kong]=$pod_cgroup/cri-containerd-${container_ids[kong]}.scope
    [sidecar]=$pod_cgroup/cri-containerd-${container_ids[sidecar]}.scope
    [other]=$other_pod_cgroup/cri-containerd-${container_ids[other]}.scope
    [node]=$lab_cgroup/system.slice/node.service [world]=$lab_cgroup/system.slice/world.service)
}

print_plan() {
  local key where
  for key in name state_dir pod_logs cgroup_mount lab_cgroup pod_cgroup other_pod_cgroup pod_uid other_pod_uid \
    pod_namespace pod_name other_pod_namespace other_pod_name node_pod_interface node_other_interface node_uplink \
    pod_interface pod4 pod6 other4 other6 node4 node6 world4 world6 resolver4 resolver6 login4 login6 direct4 direct6 \
    denied4 denied6 brief4 target4 autopath4 unlisted4 unlisted6; do
    printf '%s=%s\n' "$key" "${!key}"
  done
  for where in kong sidecar other node world; do
    printf '%s_netns=%s\n%s_cgroup=%s\n' "$where" "${namespaces[$where]}" "$where" "${cgroups[$where]}"
  done
  for where in kong sidecar other; do
    printf '%s_container_id=%s\n' "$where" "${container_ids[$where]}"
  done
  printf 'policy=%s\n' "$(< "$state_dir/policy")"
}

# SPDX-License-Identifier: Apache-2.0
# What listens in a lab: the zone and the web server of the world, the node's resolver. Each returns once its sockets
# are bound. Sourced by scripts/lab; policy rules are not here.
# shellcheck shell=bash disable=SC2154

start_world() {
  sed -e "s/@A_TTL@/$a_ttl/" -e "s/@CNAME_TTL@/$cname_ttl/" "$lab_files/zone.in" > "$state_dir/root.zone"
  cat > "$state_dir/nsd.conf" <<EOT
server:
  ip-address: $world4
  ip-address: $world6
  username: ""
  zonesdir: "$state_dir"
  database: ""
  pidfile: "$state_dir/nsd.pid"
  xfrdfile: "$state_dir/xfrd.state"
  xfrdir: "$state_dir"
  zonelistfile: "$state_dir/zone.list"
  logfile: "$state_dir/nsd.log"
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
EOT
  run_in world nsd -c "$state_dir/nsd.conf"
  run_in world "$lab_files/web_server"
}

# dnsmasq puts the addresses of an answer into the set of the *question's* name, as an FQDN policy engine does.
start_resolver() {
  local names
  names=$(IFS=/ && echo "${allowed_names[*]}")
  run_in node dnsmasq --conf-file=/dev/null --user=root --pid-file="$state_dir/dnsmasq.pid" \
    --log-facility="$state_dir/dnsmasq.log" --no-resolv --no-hosts --server="$world4" --cache-size="$dns_cache" \
    --bind-interfaces --listen-address="$resolver4,$resolver6" \
    --nftset="/$names/4#inet#fqdn#credited4,6#inet#fqdn#credited6"
}

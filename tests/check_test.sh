#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Breaks one line of a copy of the tree on purpose, and expects scripts/check to name the file and the step.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/..
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fresh_copy() {
  rm -rf "$copy"
  mkdir "$copy"
  (cd "$root" && git ls-files -z | xargs -0 cp --parents --target-directory "$copy")
  git -C "$copy" init --quiet
  git -C "$copy" add --all
}

expect() {
  local step=$1 message=$2 said
  if said=$("$copy/scripts/check" "$step" 2>&1); then
    printf 'check_test: %s did not fail\n' "$step" >&2
    exit 1
  fi
  if [[ $said != *"$message"* ]]; then
    printf 'check_test: %s said:\n%s\ninstead of: %s\n' "$step" "$said" "$message" >&2
    exit 1
  fi
}

fresh_copy
"$copy/scripts/check" spdx layout

sed -i '/SPDX/d' "$copy/userspace/join/join.cpp"
expect spdx 'userspace/join/join.cpp: no line'

fresh_copy
sed -i '/SPDX/s/GPL-2.0 OR BSD-3-Clause/Apache-2.0/' "$copy/bpf/maps.h"
expect spdx 'bpf/maps.h: no line'

fresh_copy
printf '#include "join/join.h"\n' >> "$copy/userspace/dns/decode.cpp"
expect layout 'userspace/dns/decode.cpp: includes "join/join.h", but dns does not link join'

fresh_copy
printf '#include <bpf/bpf.h>\n' >> "$copy/userspace/events/flow.h"
expect layout 'userspace/events/flow.h: includes bpf/bpf.h: only capture may'

fresh_copy
printf '#include <fcntl.h>\n' >> "$copy/userspace/join/cause.h"
expect layout 'userspace/join/cause.h: includes <fcntl.h>: join does no I/O'

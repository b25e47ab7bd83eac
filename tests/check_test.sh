#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Breaks one line of a copy of the tree on purpose, and expects scripts/check, the build or scripts/docs to name the file.
# Argument: the build folder whose program scripts/docs runs.
set -euo pipefail
export LC_ALL=C
root=$(dirname "$(readlink -f "$0")")/..
build=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fresh_copy() {
  find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  (cd "$root" && git ls-files -z | xargs -0 cp --parents --target-directory "$copy")
  git -C "$copy" init --quiet
  git -C "$copy" add --all
}

# expect MESSAGE COMMAND...: the command fails and says the message.
expect() {
  local message=$1 said
  shift
  if said=$("$@" 2>&1); then
    printf 'check_test: %s did not fail\n' "$*" >&2
    exit 1
  fi
  if [[ $said != *"$message"* ]]; then
    printf 'check_test: %s said:\n%s\ninstead of: %s\n' "$*" "$said" "$message" >&2
    exit 1
  fi
}
check() { "$copy/scripts/check" "$@"; }
object_of() { printf 'userspace/CMakeFiles/cnamedrop_%s.dir/%s.o' "${1%%/*}" "$1"; }
compile() { "$copy/scripts/build" dev "$(object_of "$1")"; }
docs() { "$copy/scripts/docs" --check --build "$build"; }

fresh_copy
check spdx layout

sed -i '/SPDX/d' "$copy/userspace/join/join.cpp"
expect 'userspace/join/join.cpp: no line' check spdx
# The first step that fails is the last.
[[ $(check spdx layout 2> /dev/null) == '== spdx' ]]

fresh_copy
sed -i '/SPDX/s/GPL-2.0 OR BSD-3-Clause/Apache-2.0/' "$copy/bpf/maps.h"
expect 'bpf/maps.h: no line' check spdx

fresh_copy
sed -i '/SPDX/d' "$copy/tests/lab/zone.in"
expect 'tests/lab/zone.in: no line' check spdx

fresh_copy
printf 'int  x ;\n' >> "$copy/userspace/types/time_text.cpp"
expect 'userspace/types/time_text.cpp:' check format

fresh_copy
# shellcheck disable=SC2016 # it is the text of the broken line
printf 'rm -rf $1\n' >> "$copy/tests/lab/policy.sh"
expect 'tests/lab/policy.sh' check shell

fresh_copy
printf 'import os\n' >> "$copy/tests/e2e/trace.py"
expect 'tests/e2e/trace.py:' check python

fresh_copy
sed -i '/^  answers$/d' "$copy/tests/unit/CMakeLists.txt"
expect 'tests/unit/join_answers_test.cpp: stands in no list' check layout

fresh_copy
sed -i '/^  reading_rule_test.cpp$/d' "$copy/tests/kernel/CMakeLists.txt"
expect 'tests/kernel/reading_rule_test.cpp: stands in no list' check layout

fresh_copy
printf '#include "../join/join.h"\n' >> "$copy/userspace/dns/decode.cpp"
expect 'userspace/dns/decode.cpp: includes "../join/join.h"' check layout

fresh_copy
printf '#include <bpf/bpf.h>\n' >> "$copy/userspace/events/flow.h"
expect 'userspace/events/flow.h: includes bpf/bpf.h: only capture may' check layout

fresh_copy
printf '#include <fcntl.h>\n' >> "$copy/userspace/join/cause.h"
expect 'userspace/join/cause.h: includes <fcntl.h>: join does no I/O' check layout

# What a part may include is what it links, and its compiler sees no more.
fresh_copy
compile dns/name.cpp
sed -i '1i #include "join/join.h"' "$copy/userspace/dns/name.cpp"
expect 'join/join.h: No such file' compile dns/name.cpp
fresh_copy
sed -i '1i #include "bpf/record.h"' "$copy/userspace/types/time_text.cpp"
expect 'bpf/record.h: No such file' compile types/time_text.cpp

# The first of the list, so that the others are not looked at.
fresh_copy
printf 'int BadName() { return 0; }\n' >> "$copy/userspace/types/output_descriptor.cpp"
expect 'userspace/types/output_descriptor.cpp:' check tidy

fresh_copy
docs
sed -i '/docs: event dns/,/^```$/s/"dns"/"dsn"/' "$copy/docs/events.md"
expect 'is out of date: run scripts/docs' docs

fresh_copy
printf 'Try --no-such-flag.\n' >> "$copy/README.md"
expect 'README.md: there is no flag --no-such-flag' docs

fresh_copy
# shellcheck disable=SC2016 # the backquotes are a fence of Markdown
printf '```\ncnamedrop explain\n```\n' >> "$copy/README.md"
expect 'README.md: a block of code does not say where it is from' docs

fresh_copy
sed -i '/^\*--no-backups\*$/d' "$copy/docs/cnamedrop.8.scd"
expect 'docs/cnamedrop.8.scd: does not describe --no-backups' docs

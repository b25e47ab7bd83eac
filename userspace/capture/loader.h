// SPDX-License-Identifier: Apache-2.0
// Opens, configures, loads and attaches the BPF programs. Not for reading what they record.
#pragma once

#include "capture/bpf_handles.h"
#include "capture/features.h"
#include "capture/tracer.h"
#include "types/result.h"

namespace cnamedrop::capture {

// The attached programs. Destroying the links detaches them; the maps stay readable while the skeleton lives.
struct Programs {
  SkeletonHandle skeleton;
  LinkHandle egress;
  LinkHandle ingress;
  LinkHandle drops;
  LinkHandle cgroups;
  LinkHandle tasks;                     // null where the kernel has no such list
  bpf_program* drop_program = nullptr;  // the one of three that this kernel's tracepoint fits
};

Result<Programs> load_and_attach(const TracerOptions& options, const Features& features);

}  // namespace cnamedrop::capture

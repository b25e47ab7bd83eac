// SPDX-License-Identifier: Apache-2.0
// Ownership of what libbpf hands out: one named deleter, one unique_ptr a kind.
#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <memory>

// The skeleton names this type in global scope.
#include "bpf/record.h"
#include "cnamedrop.skel.h"

namespace cnamedrop::capture {

struct BpfDeleter {
  void operator()(cnamedrop_bpf* skeleton) const { cnamedrop_bpf::destroy(skeleton); }
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
  void operator()(btf* types) const { btf__free(types); }
};

using SkeletonHandle = std::unique_ptr<cnamedrop_bpf, BpfDeleter>;
using LinkHandle = std::unique_ptr<bpf_link, BpfDeleter>;
using RingHandle = std::unique_ptr<ring_buffer, BpfDeleter>;
using BtfHandle = std::unique_ptr<btf, BpfDeleter>;

}  // namespace cnamedrop::capture

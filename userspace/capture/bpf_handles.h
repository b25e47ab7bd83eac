// Ownership of what libbpf hands out: one named deleter, one unique_ptr a kind.
#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <memory>
#include <utility>

// The skeleton names this type in global scope.
#include "bpf/event.h"
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

// A file descriptor that is closed when it goes.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace cnamedrop::capture

// SPDX-License-Identifier: Apache-2.0
// The live source of observations: loads the BPF programs, attaches them to the target, and turns their records into
// observations in the order in which they happened.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "capture/features.h"
#include "events/observation.h"
#include "pods/target.h"
#include "trace/source.h"
#include "types/result.h"

namespace cnamedrop::capture {

struct TracerOptions {
  pods::Target target;
  std::filesystem::path cgroup_root;  // of the cgroup v2 hierarchy
  std::filesystem::path pod_logs;
  std::filesystem::path proc = "/proc";
  std::vector<std::uint16_t> dns_ports = {53};  // one to MAX_DNS_PORTS
  std::uint32_t ring_bytes = 4U << 20;          // a power of two, at least 256 KiB
  std::uint32_t local_endpoints = 32768;        // entries
  std::uint32_t drop_windows = 8192;            // entries
  Duration coalesce = std::chrono::milliseconds(10);
  std::set<std::string> disabled_features;
};

class Tracer final : public trace::Source {
 public:
  // Loads and attaches; on return every packet is seen. The error says what is missing: BTF, privileges, cgroup v2.
  static Result<std::unique_ptr<Tracer>> start(const TracerOptions& options);
  ~Tracer() override;
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  const Features& features() const;

  int poll_fd() const override;
  bool read(std::vector<events::Observation>& out) override;
  void detach() override;
  void finish(std::vector<events::Observation>& out) override;
  Time now() const override;
  std::map<std::string, std::uint64_t> totals() const override;
  bool target_exists() const override;

 private:
  struct State;
  explicit Tracer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cnamedrop::capture

// SPDX-License-Identifier: Apache-2.0
// What a person sees while a trace runs: findings as they come, and on a terminal one live line that counts.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "events/sink.h"
#include "types/output_descriptor.h"

namespace cnamedrop::output {

class FindingsSink final : public events::Sink {
 public:
  // Writes to a descriptor that it does not own. The live line is drawn only if that is a terminal. Makes the process
  // ignore SIGPIPE, as the event file does.
  explicit FindingsSink(int descriptor);
  ~FindingsSink() override;
  FindingsSink(const FindingsSink&) = delete;
  FindingsSink& operator=(const FindingsSink&) = delete;

  void write(const events::Event& event) override;
  void flush() override;
  std::uint64_t unwritten() const override;
  std::string problem() const override { return problem_; }
  bool reader_gone() const override { return reader_gone_; }

 private:
  void draw_live_line();
  bool drain();

  OutputDescriptor output_;
  bool live_;
  bool reader_gone_ = false;
  std::string problem_;
  std::string pending_;
  std::uint64_t unshown_ = 0;  // findings that came faster than they could be shown
  std::uint64_t dns_ = 0;
  std::uint64_t lost_ = 0;
  std::map<events::CauseKind, std::uint64_t> dropped_;  // packets
  bool changed_ = true;
};

}  // namespace cnamedrop::output

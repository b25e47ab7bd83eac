// One trace from attach to the last line: reads the tracer, joins, writes to the sinks, and ends when it is told to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/tracer.h"
#include "event_files/file_sink.h"
#include "join/settings.h"
#include "policy/policy.h"
#include "types/result.h"

namespace cnamedrop::cli {

struct TraceSessionOptions {
  capture::TracerOptions tracer;
  join::Settings join;
  std::shared_ptr<const policy::Policy> policy;  // null: no selectors to judge by
  event_files::FileSinkOptions file;             // path "": no event file, findings on standard output
  std::string target_text;                       // how the user named the target
  std::string ready_file;                        // "" for none
  std::string node_name;                         // "": the host name
  bool quiet = false;
  Duration duration{};           // 0: until a signal
  std::uint64_t max_events = 0;  // 0: no limit
};

// Returns when the trace has ended in order: by SIGINT or SIGTERM, by a limit, because the target or the reader of
// standard output went away. The error is what kept it from starting.
std::optional<Error> run_trace_session(const TraceSessionOptions& options);

}  // namespace cnamedrop::cli

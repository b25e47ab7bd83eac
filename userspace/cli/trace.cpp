// Flags to options, and the exit code of the session.
#include "cli/trace.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "cli/app.h"
#include "cli/duration.h"
#include "cli/event_input.h"
#include "cli/roots_options.h"

namespace cnamedrop::cli {
namespace {

bool is_power_of_two(std::uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

const CLI::Validator ring_size(
    [](std::string& text) {
      constexpr unsigned long smallest = 256UL << 10;
      constexpr unsigned long largest = 1UL << 30;
      char* end = nullptr;
      const unsigned long value = std::strtoul(text.c_str(), &end, 10);
      const bool fits = *end == '\0' && value >= smallest && value <= largest;
      return fits && is_power_of_two(static_cast<std::uint32_t>(value))
                 ? std::string()
                 : std::string("must be a power of two from 256 KiB to 1 GiB");
    },
    "BYTES");

}  // namespace

TraceCommand::TraceCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("trace", "Trace one target and write what happens to an event file");
  add_target_options(*command);
  add_output_options(*command);
  add_limit_options(*command);
  add_capture_options(*command);
  policy_.add_to(*command, options_.join);
  add_roots_options(*command, roots_);
  command->callback([this, &exit_code] { exit_code = run(); });
}

void TraceCommand::add_target_options(CLI::App& command) {
  CLI::Option_group* target = command.add_option_group("Target", "What to trace: exactly one");
  target->add_option("--cgroup", cgroup_, "a cgroup v2 directory, or a path below the cgroup root");
  target->add_option("--pid", pid_, "the cgroup of this process")->check(CLI::PositiveNumber);
  target->add_option("--pod-uid", pod_uid_, "all containers of the pod with this UID");
  target->add_option("--container-id", container_id_, "the container with this id, or with a prefix of it");
  target->require_option(1);
}

void TraceCommand::add_output_options(CLI::App& command) {
  const char* group = "Output";
  event_files::FileSinkOptions& file = options_.file;
  command.add_option("--output-file", file.path, "append events here as JSON Lines; - is standard output")
      ->group(group);
  command.add_option("--output-file-max-size", file.max_bytes, "rotate before the file grows over this (k, m, g)")
      ->transform(CLI::AsSizeValue(false))
      ->group(group);
  add_duration(command, "--output-file-max-age", file.max_age, "rotate when the first event is older")->group(group);
  command.add_option("--output-file-max-backups", file.max_backups, "rotated files that are kept")
      ->capture_default_str()
      ->group(group);
  command.add_option("--ready-file", options_.ready_file, "made once everything is attached, removed at the end")
      ->group(group);
  command.add_flag("-q,--quiet", options_.quiet, "no findings and no live line")->group(group);
  command.add_option("--node-name", options_.node_name, "node_name of the events [host name]")->group(group);
}

void TraceCommand::add_limit_options(CLI::App& command) {
  const char* group = "Limits";
  add_duration(command, "--duration", options_.duration, "end after this time")->group(group);
  command.add_option("--max-events", options_.max_events, "end after so many dns and drop events")->group(group);
}

void TraceCommand::add_capture_options(CLI::App& command) {
  const char* group = "Capture";
  capture::TracerOptions& tracer = options_.tracer;
  command.add_option("--dns-port", tracer.dns_ports, "ports of resolvers; repeat for more, at most 4")
      ->delimiter(',')
      ->expected(1, 4)
      ->check(CLI::Range(1, 65535))
      ->capture_default_str()
      ->group(group);
  command.add_option("--coalesce-ms", coalesce_ms_, "count drops of one key closer together than this as one event")
      ->check(CLI::Range(0.0, 10'000.0))
      ->capture_default_str()
      ->group(group);
  command.add_option("--ring-size", tracer.ring_bytes, "of the ring buffer; half of it is kept for DNS")
      ->check(ring_size)
      ->capture_default_str()
      ->group(group);
  command.add_option("--disable-feature", disabled_features_, "do without a kernel feature that `check` lists")
      ->group(group);
}

pods::TargetSpec TraceCommand::target_spec() const {
  if (!cgroup_.empty()) return pods::ByCgroup{cgroup_};
  if (pid_ != 0) return pods::ByPid{pid_};
  if (!pod_uid_.empty()) return pods::ByPodUid{pod_uid_};
  return pods::ByContainerId{container_id_};
}

std::string TraceCommand::target_text() const {
  if (!cgroup_.empty()) return "--cgroup " + cgroup_;
  if (pid_ != 0) return "--pid " + std::to_string(pid_);
  if (!pod_uid_.empty()) return "--pod-uid " + pod_uid_;
  return "--container-id " + container_id_;
}

int TraceCommand::run() {
  const Result<pods::Target> target = pods::resolve(target_spec(), roots_);
  const Result<std::filesystem::path> cgroup_root = pods::find_cgroup2(roots_);
  if (!target || !cgroup_root) {
    std::fprintf(stderr, "cnamedrop: %s\n", (target ? cgroup_root.error() : target.error()).message.c_str());
    return exit_failure;
  }
  Result<std::shared_ptr<const policy::Policy>> policy = policy_.load();
  if (!policy) return fail(policy.error());
  options_.policy = *std::move(policy);
  options_.target_text = target_text();
  options_.tracer.target = *target;
  options_.tracer.cgroup_root = *cgroup_root;
  options_.tracer.pod_logs = roots_.pod_logs;
  options_.tracer.coalesce = std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(coalesce_ms_));
  options_.tracer.disabled_features = {disabled_features_.begin(), disabled_features_.end()};
  if (const std::optional<Error> error = run_trace_session(options_)) {
    std::fprintf(stderr, "cnamedrop: %s\n", error->message.c_str());
    return exit_failure;
  }
  return exit_success;
}

}  // namespace cnamedrop::cli

// SPDX-License-Identifier: Apache-2.0
// Flags to options, the parts that they choose, and the exit code.
#include "cli/trace.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <utility>

#include "cli/app.h"
#include "cli/duration.h"
#include "cli/event_input.h"
#include "cli/log.h"
#include "cli/roots_options.h"
#include "cli/version.h"
#include "join/recorded_policy.h"
#include "output/findings_sink.h"
#include "trace/signals.h"

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

// Tells traces apart that were appended to one file, and what was received twice.
std::string random_trace_id() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) number = std::random_device()();
  return fmt::format("{:016x}", number);
}

utsname host() {
  utsname names{};
  uname(&names);
  return names;
}

}  // namespace

TraceCommand::TraceCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("trace", "Trace one target and write what happens to an event file");
  add_target_options(*command);
  add_output_options(*command);
  add_limit_options(*command);
  add_capture_options(*command);
  policy_.add_to(*command, join_);
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
  command.add_option("--output-file", file_.path, "append events here as JSON Lines; - is standard output")
      ->group(group);
  command.add_option("--output-file-max-size", file_.max_bytes, "rotate before the file grows over this (k, m, g)")
      ->transform(CLI::AsSizeValue(false))
      ->group(group);
  add_duration(command, "--output-file-max-age", file_.max_age, "rotate when the first event is older")->group(group);
  command.add_option("--output-file-max-backups", file_.max_backups, "rotated files that are kept")
      ->capture_default_str()
      ->group(group);
  command.add_option("--ready-file", loop_.ready_file, "made once everything is attached, removed at the end")
      ->group(group);
  command.add_flag("-q,--quiet", quiet_, "no findings and no live line")->group(group);
  command.add_option("--node-name", node_name_, "node_name of the events [host name]")->group(group);
}

void TraceCommand::add_limit_options(CLI::App& command) {
  const char* group = "Limits";
  add_duration(command, "--duration", loop_.duration, "end after this time")->group(group);
  command.add_option("--max-events", loop_.max_events, "end after so many dns and drop events")->group(group);
}

void TraceCommand::add_capture_options(CLI::App& command) {
  const char* group = "Capture";
  command.add_option("--dns-port", tracer_.dns_ports, "ports of resolvers; repeat for more, at most 4")
      ->delimiter(',')
      ->expected(1, 4)
      ->check(CLI::Range(1, 65535))
      ->capture_default_str()
      ->group(group);
  command.add_option("--coalesce-ms", coalesce_ms_, "count drops of one key closer together than this as one event")
      ->check(CLI::Range(0.0, 10'000.0))
      ->capture_default_str()
      ->group(group);
  command.add_option("--ring-size", tracer_.ring_bytes, "of the ring buffer; half of it is kept for DNS")
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
  if (!target) return fail(target.error());
  const Result<std::filesystem::path> cgroup_root = pods::find_cgroup2(roots_);
  if (!cgroup_root) return fail(cgroup_root.error());
  Result<std::shared_ptr<const policy::Policy>> policy = policy_.load();
  if (!policy) return fail(policy.error());
  tracer_.target = *target;
  tracer_.cgroup_root = *cgroup_root;
  tracer_.pod_logs = roots_.pod_logs;
  tracer_.proc = roots_.proc;
  tracer_.coalesce = std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(coalesce_ms_));
  tracer_.disabled_features = {disabled_features_.begin(), disabled_features_.end()};
  join::record_policy(policy->get(), loop_.start);
  loop_.trace = {node_name_.empty() ? host().nodename : node_name_, random_trace_id()};
  return trace(join::Join(join_, *std::move(policy)));
}

void TraceCommand::describe(const capture::Tracer& tracer, events::Started& start) const {
  start.version = version;
  start.kernel = host().release;
  start.target = target_text();
  start.features = to_map(tracer.features());
  start.dns_ports = tracer_.dns_ports;
  start.coalesce = tracer_.coalesce;
}

int TraceCommand::trace(join::Join join) {
  std::unique_ptr<event_files::FileSink> file;
  if (!file_.path.empty()) {
    Result<std::unique_ptr<event_files::FileSink>> opened = event_files::FileSink::open(file_);
    if (!opened) return fail(opened.error());
    file = std::move(*opened);
  }
  std::unique_ptr<output::FindingsSink> findings;
  const int shown_on = file_.path == "-" ? STDERR_FILENO : STDOUT_FILENO;
  if (!quiet_ && (file == nullptr || isatty(shown_on) != 0))
    findings = std::make_unique<output::FindingsSink>(shown_on);
  trace::Outputs outputs{file.get(), findings.get()};
  if (file == nullptr) outputs = {findings.get(), nullptr};

  log_without_waiting();
  const trace::Signals signals;
  const Result<std::unique_ptr<capture::Tracer>> tracer = capture::Tracer::start(tracer_);
  if (!tracer) return fail(tracer.error());
  describe(**tracer, loop_.start);
  const auto say = [](const std::string& problem) { spdlog::warn("{}", problem); };
  trace::Loop loop(loop_, **tracer, std::move(join), outputs, signals, std::chrono::steady_clock::now, say);
  const trace::Outcome outcome = loop.run();
  if (outcome.unwritten == 0) return exit_success;
  return fail({std::to_string(outcome.unwritten) + " events were not written"});
}

}  // namespace cnamedrop::cli

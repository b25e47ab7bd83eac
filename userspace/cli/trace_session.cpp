// The event loop: one thread, woken by the ring buffer, by signals, and a few times a second.
#include "cli/trace_session.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "cli/version.h"
#include "events/loss_ledger.h"
#include "join/join.h"
#include "output/findings_sink.h"
#include "types/file_descriptor.h"

namespace cnamedrop::cli {
namespace {

constexpr int poll_ms = 100;

// Blocks the signals that end or turn the trace and makes them readable.
FileDescriptor open_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

std::string host_name() {
  utsname host{};
  uname(&host);
  return host.nodename;
}

// Exists while everything is attached; for scripts, which wait for it instead of sleeping.
class ReadyFile {
 public:
  explicit ReadyFile(std::string path) : path_(std::move(path)) {
    if (!path_.empty() && !(std::ofstream(path_) << getpid() << std::endl))
      spdlog::error("ready file: {} cannot be written", path_);
  }
  ~ReadyFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

 private:
  std::string path_;
};

class TraceSession {
 public:
  TraceSession(const TraceSessionOptions& options, std::unique_ptr<capture::Tracer> tracer,
               std::unique_ptr<event_files::FileSink> file)
      : options_(options),
        tracer_(std::move(tracer)),
        file_(std::move(file)),
        join_(options.join, options.node_name.empty() ? host_name() : options.node_name, options.policy),
        losses_(tracer_->now()),
        began_(tracer_->now()) {
    const bool json_on_stdout = options.file.path == "-";
    const int terminal = json_on_stdout ? STDERR_FILENO : STDOUT_FILENO;
    const bool wanted = file_ == nullptr || isatty(terminal) != 0;
    if (wanted && !options.quiet) findings_ = std::make_unique<output::FindingsSink>(terminal);
  }

  void run(const FileDescriptor& signals);

 private:
  void write_start();
  void write_stop();
  void take(std::vector<events::Observation>& observations);
  void write(events::Observation observation);
  void report_evictions();
  void report_file_errors();
  void flush();
  void on_signal(int signal);
  void check_ends();

  const TraceSessionOptions& options_;
  std::unique_ptr<capture::Tracer> tracer_;
  std::unique_ptr<event_files::FileSink> file_;
  std::unique_ptr<output::FindingsSink> findings_;
  join::Join join_;
  events::LossLedger losses_;
  Time began_;
  std::uint64_t counted_events_ = 0;
  std::uint64_t events_over_limit_ = 0;
  std::string ended_by_;  // "" while the trace goes on
  std::string shown_error_;
};

void TraceSession::write(events::Observation observation) {
  const bool counts = std::holds_alternative<events::DnsSeen>(observation.what) ||
                      std::holds_alternative<events::Dropped>(observation.what);
  if (counts && options_.max_events != 0 && counted_events_ >= options_.max_events) {
    ++events_over_limit_;
    return;
  }
  const events::Event event = join_.annotate(std::move(observation));
  if (file_) file_->write(event);
  if (findings_) findings_->write(event);
  if (counts) ++counted_events_;
}

void TraceSession::take(std::vector<events::Observation>& observations) {
  for (events::Observation& observation : observations) write(std::move(observation));
  observations.clear();
}

void TraceSession::report_evictions() {
  std::vector<events::Observation> lost;
  losses_.report("join_evicted", join_.evicted(), tracer_->now(), lost);
  take(lost);
}

void TraceSession::report_file_errors() {
  if (!file_ || file_->problem() == shown_error_) return;
  shown_error_ = file_->problem();
  if (shown_error_.empty())
    spdlog::info("output file: writing again");
  else
    spdlog::error("output file: {}", shown_error_);
}

void TraceSession::flush() {
  if (file_) file_->flush();
  if (findings_) findings_->flush();
  report_file_errors();
}

void TraceSession::write_start() {
  utsname kernel{};
  uname(&kernel);
  events::Started started;
  started.version = version;
  started.kernel = kernel.release;
  started.target = options_.target_text;
  started.features = to_map(tracer_->features());
  started.dns_ports = options_.tracer.dns_ports;
  started.coalesce_ns = options_.tracer.coalesce_ns;
  write({began_, std::move(started)});
}

void TraceSession::write_stop() {
  events::Stopped stopped{ended_by_, tracer_->totals()};
  stopped.totals.merge(join_.totals());
  stopped.totals["events_over_limit"] = events_over_limit_;
  stopped.totals["output_events_dropped"] = file_ ? file_->counters().events_dropped : 0;
  write({tracer_->now(), std::move(stopped)});
}

void TraceSession::on_signal(int signal) {
  if (signal != SIGHUP) {
    ended_by_ = "signal";
    return;
  }
  if (!file_) return;
  if (const std::optional<Error> error = file_->reopen()) spdlog::error("output file: {}", error->message);
}

void TraceSession::check_ends() {
  if (!ended_by_.empty()) return;
  if (options_.max_events != 0 && counted_events_ >= options_.max_events)
    ended_by_ = "max_events";
  else if (options_.duration_ns != 0 && tracer_->now() - began_ >= static_cast<Time>(options_.duration_ns))
    ended_by_ = "duration";
  else if (!tracer_->target_exists())
    ended_by_ = "target_gone";
  else if (file_ && file_->reader_gone())
    ended_by_ = "output_closed";
}

void TraceSession::run(const FileDescriptor& signals) {
  write_start();
  std::vector<events::Observation> observations;
  tracer_->read(observations);
  take(observations);
  flush();
  const ReadyFile ready(options_.ready_file);
  pollfd polled[] = {{tracer_->poll_fd(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
  while (ended_by_.empty()) {
    poll(polled, 2, poll_ms);
    signalfd_siginfo signal{};
    while (read(signals.get(), &signal, sizeof(signal)) == sizeof(signal))
      on_signal(static_cast<int>(signal.ssi_signo));
    tracer_->read(observations);
    take(observations);
    report_evictions();
    flush();
    check_ends();
  }
  tracer_->finish(observations);
  take(observations);
  report_evictions();
  write_stop();
  flush();
}

}  // namespace

std::optional<Error> run_trace_session(const TraceSessionOptions& options) {
  std::unique_ptr<event_files::FileSink> file;
  if (!options.file.path.empty()) {
    Result<std::unique_ptr<event_files::FileSink>> opened = event_files::FileSink::open(options.file);
    if (!opened) return opened.error();
    file = std::move(*opened);
  }
  const FileDescriptor signals = open_signals();
  Result<std::unique_ptr<capture::Tracer>> tracer = capture::Tracer::start(options.tracer);
  if (!tracer) return tracer.error();
  TraceSession(options, std::move(*tracer), std::move(file)).run(signals);
  return std::nullopt;
}

}  // namespace cnamedrop::cli

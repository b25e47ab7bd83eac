// SPDX-License-Identifier: Apache-2.0
// Flags to a filter, and the loop that waits for more.
#include "cli/observe.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <functional>
#include <utility>

#include "cli/app.h"
#include "cli/duration.h"
#include "cli/log.h"
#include "dns/message.h"
#include "events/enum_names.h"
#include "join/recorded_policy.h"
#include "output/short_text.h"
#include "policy/policy.h"
#include "types/time_text.h"

namespace cnamedrop::cli {
namespace {

constexpr std::uint64_t max_last = 1'000'000;
constexpr std::size_t batch_events = 4096;
constexpr timespec look_again_after{0, 100'000'000};

// A repeatable flag, each value of which is read by itself; read returns what is wrong with it, or "".
CLI::Option* add_values(CLI::App& command, const std::string& name, const std::string& help,
                        const std::function<std::string(const std::string&)>& read) {
  const auto read_all = [name, read](const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      if (const std::string problem = read(text); !problem.empty())
        throw CLI::ValidationError(name, fmt::format(R"("{}" {})", text, problem));
  };
  return command.add_option_function<std::vector<std::string>>(name, read_all, help + "; repeat for more")
      ->delimiter(',')
      ->group("Filters");
}

// Keeps the value that read found, or says what it should have been.
template <typename Value, typename Read>
auto into(std::vector<Value>& values, Read read, const char* expected) {
  return [&values, read, expected](const std::string& text) -> std::string {
    const auto value = read(text);
    if (!value) return expected;
    values.push_back(*value);
    return "";
  };
}

std::string in_case(std::string text, int (*convert)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [convert](unsigned char byte) { return static_cast<char>(convert(byte)); });
  return text;
}

std::optional<std::string> type_named(const std::string& text) {
  const auto* const end = std::end(observe::type_names);
  return std::find(std::begin(observe::type_names), end, text) == end ? std::nullopt : std::optional(text);
}

std::optional<std::uint16_t> port_of(const std::string& text) {
  std::uint16_t port = 0;
  return CLI::detail::lexical_cast(text, port) ? std::optional(port) : std::nullopt;
}

// "tcp" as well as "TCP" and "6".
std::optional<std::uint8_t> protocol_of(const std::string& text) {
  for (const std::uint8_t known : {events::protocol::TCP, events::protocol::UDP, events::protocol::SCTP,
                                   events::protocol::ICMP, events::protocol::ICMPV6})
    if (in_case(events::protocol_to_string(known), std::tolower) == in_case(text, std::tolower)) return known;
  return events::protocol_from_string(text);
}

// A time, or how long ago it was.
void add_time(CLI::App& command, const std::string& name, const std::string& help, std::optional<Time>& time) {
  const auto read = [name, &time](const std::string& text) {
    time = parse_time(text);
    if (time) return;
    const std::optional<Duration> ago = parse_duration(text);
    if (!ago)
      throw CLI::ValidationError(name, '"' + text +
                                           "\" must be a time in UTC such as 2026-03-01T12:00:31Z, or how long "
                                           "ago: 30s, 5m, 1h");
    time = std::chrono::system_clock::now() - *ago;
  };
  command.add_option_function<std::string>(name, read, help)->type_name("TIME")->group("Filters");
}

bool print_out(std::string& text) {
  const bool written = print(text);
  text.clear();
  return written;
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// Whatever the command is doing, opening, reading and writing included, each of which may wait for ever.
void end_well_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { _exit(exit_success); };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// Waits for a signal where there is nothing to read: then there is time to say which lines were skipped.
bool told_to_end() {
  const sigset_t signals = ending_signals();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &signals, &before);
  const bool told = sigtimedwait(&signals, nullptr, &look_again_after) > 0;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return told;
}

}  // namespace

ObserveCommand::ObserveCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("observe", "Show the events of a file, filtered, and as they come");
  input_.add_to(*command);
  const auto read_format = [this](const std::string& text) {
    const auto found = std::find(observe::format_names.begin(), observe::format_names.end(), text);
    format_ = static_cast<observe::Format>(found - observe::format_names.begin());
  };
  command
      ->add_option_function<std::string>("-o,--output", read_format,
                                         "compact, table, json, hubble or coredns [compact]")
      ->check(CLI::IsMember(observe::format_names))
      ->type_name("FORMAT");
  command->add_flag("-f,--follow", follow_, "go on with what comes, across rotation, until SIGINT or SIGTERM");
  command->add_option("--last", last_, "only so many of the newest events (and what comes)")
      ->check(CLI::Range(std::uint64_t{1}, max_last))
      ->type_name("N");
  add_filters(*command);
  policy_.add_to(*command, settings_);
  command->callback([this, &exit_code] { exit_code = run(); });
}

void ObserveCommand::add_filters(CLI::App& command) {
  const auto read_pod = [this](const std::string& text) {
    filter_.pods.push_back(observe::parse_pod_prefix(text));
    return std::string();
  };
  const auto read_name = [this](const std::string& text) {
    const Result<policy::Selector> selector = policy::selector_from_pattern(text);
    if (!selector) return selector.error().message;
    filter_.to_names.push_back(selector->compiled);
    return std::string();
  };
  const auto read_range = [this](const std::string& text) {
    const Result<observe::AddressRange> range = observe::parse_address_range(text);
    if (!range) return range.error().message;
    filter_.to_addresses.push_back(*range);
    return std::string();
  };
  const auto read_reason = [this](const std::string& text) {
    filter_.drop_reasons.emplace_back(output::short_reason(in_case(text, std::toupper)));
    return std::string();
  };
  const auto cause_of = [](const std::string& text) { return events::from_string<events::CauseKind>(text); };
  const auto qtype_of = [](const std::string& text) { return dns::rr_type_from_string(in_case(text, std::toupper)); };
  const auto rcode_of = [](const std::string& text) { return dns::rcode_from_string(in_case(text, std::toupper)); };
  add_values(command, "-p,--pod", "whose name, or NAMESPACE/NAME, begins so", read_pod)->type_name("POD");
  add_values(command, "-t,--type", "start, pod, dns, drop, lost or stop",
             into(filter_.types, type_named, "is not a type of event"))
      ->type_name("TYPE");
  add_values(command, "--cause", "of a drop", into(filter_.causes, cause_of, "is not a cause"))->type_name("CAUSE");
  add_values(command, "--to-fqdn", "asked for, or known as: a name or a pattern", read_name)->type_name("NAME");
  add_values(command, "--to-ip", "destination: an address or a range", read_range)->type_name("IP");
  add_values(command, "--to-port", "destination", into(filter_.to_ports, port_of, "is not a port"))->type_name("PORT");
  add_values(command, "--protocol", "tcp, udp, sctp, icmpv4, icmpv6 or a number",
             into(filter_.protocols, protocol_of, "is not an IP protocol"))
      ->type_name("NAME");
  add_values(command, "--drop-reason", "the kernel's, with or without SKB_DROP_REASON_", read_reason)
      ->type_name("NAME");
  add_values(command, "--qtype", "of a question", into(filter_.qtypes, qtype_of, "is not an RR type"))
      ->type_name("TYPE");
  add_values(command, "--rcode", "of an answer", into(filter_.rcodes, rcode_of, "is not an rcode"))->type_name("NAME");
  add_time(command, "--since", "from this time on, or so long ago", filter_.since);
  add_time(command, "--until", "up to this time, or so long ago", filter_.until);
}

// What the trace had added was passed over: it is recomputed, by the policy that the flags name, else by the one that
// the trace was started with.
std::optional<events::Event> ObserveCommand::annotated(const Next& next) {
  std::optional<events::Event> event = next();
  if (!event) return std::nullopt;
  const auto* started = std::get_if<events::Started>(&event->observation.what);
  if (started != nullptr && !policy_.given())
    join_->set_policy(join::recorded_policy(*started, policy_.load_options()));
  return join_->annotate(std::move(event->observation));
}

// Reads a batch of events and prints what there is to print. True if there was nothing to read.
bool ObserveCommand::show_batch(const Next& next, observe::Printer& printer) {
  for (std::size_t number = 0; number < batch_events; ++number) {
    const std::optional<events::Event> event = annotated(next);
    if (!event) return true;
    printer.see(*event);
    if (!filter_.passes(*event)) continue;
    const std::size_t before = text_.size();
    printer.append(text_, *event);
    if (last_ == 0 || text_.size() == before) continue;
    lines_.push_back(text_.substr(before));
    text_.resize(before);
    if (lines_.size() > last_) lines_.pop_front();
  }
  return false;
}

// What --last has kept; from here on every line is shown.
bool ObserveCommand::show_last() {
  for (const std::string& line : lines_) text_ += line;
  lines_.clear();
  last_ = 0;
  return print_out(text_);
}

int ObserveCommand::run() {
  Result<std::shared_ptr<const policy::Policy>> policy = policy_.load();
  if (!policy) return fail(policy.error());
  join_.emplace(settings_, *std::move(policy));
  const bool selects = !filter_.empty() || last_ != 0;
  observe::Printer printer(format_, selects ? events::Lines::Selected : events::Lines::All);
  printer.append_head(text_);
  return follow_ ? follow_file(printer) : show_files(printer);
}

int ObserveCommand::show_files(observe::Printer& printer) {
  Result<event_files::EventStream> events = input_.open();
  if (!events) return fail(events.error());
  const Next next = [&] { return events->next(); };
  bool read_all = false;
  while (!read_all) {
    read_all = show_batch(next, printer);
    if (!print_out(text_) || (read_all && !show_last())) return exit_failure;
  }
  warn_of_lines(events->problems(), events->skipped(), events->lines(), events->missing());
  if (!events->read_error().empty()) return fail({events->read_error()});
  return events->skipped() == events->lines() && events->skipped() != 0 ? exit_failure : exit_success;
}

int ObserveCommand::follow_file(observe::Printer& printer) {
  if (input_.files().size() != 1) return fail({"--follow takes one file"});
  end_well_on_signals();
  Result<event_files::EventFollower> events =
      event_files::EventFollower::open(input_.files().front(), input_.options());
  if (!events) return fail(events.error());
  const Next next = [&] { return events->next(); };
  bool going_on = true;
  while (going_on) {
    const bool read_all = show_batch(next, printer);
    if (!print_out(text_) || (read_all && !show_last())) return exit_failure;
    going_on = !read_all || (!events->ended() && !told_to_end());
  }
  const bool by_signal = !events->ended();
  if (by_signal) log_without_waiting();  // it must not wait for standard error
  warn_of_lines(events->problems(), events->skipped(), events->lines(), events->missing());
  if (!events->read_error().empty()) return fail({events->read_error()});
  // Told to end, it has done what it should: an event might have come yet.
  const bool no_event = events->skipped() == events->lines() && events->skipped() != 0;
  return no_event && !by_signal ? exit_failure : exit_success;
}

}  // namespace cnamedrop::cli

// SPDX-License-Identifier: Apache-2.0
// Ties the parts of the capture together: ring buffer -> assembly -> windows -> observations.
#include "capture/tracer.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>

#include "capture/dns_assembly.h"
#include "capture/drop_assembly.h"
#include "capture/drop_windows.h"
#include "capture/kernel_counters.h"
#include "capture/loader.h"
#include "capture/network_watch.h"
#include "capture/pod_watch.h"
#include "capture/purge_places.h"
#include "events/loss_ledger.h"

namespace cnamedrop::capture {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t pod_refresh_ns = 5 * second_ns;
constexpr unsigned max_records_a_read = 4096;  // a flood can fill the ring as fast as it is read

std::uint64_t clock_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * second_ns + static_cast<std::uint64_t>(time.tv_nsec);
}

// The wall-clock is read once: a step of it during the trace must not reorder anything.
struct BootClock {
  Time booted = Time(Duration(clock_ns(CLOCK_REALTIME))) - Duration(clock_ns(CLOCK_BOOTTIME));

  static std::uint64_t boot_ns() { return clock_ns(CLOCK_BOOTTIME); }
  Time to_time(std::uint64_t boot) const { return booted + Duration(boot); }
};

}  // namespace

struct Tracer::State {
  State(const TracerOptions& options, const Features& found, Programs attached, const btf* vmlinux)
      : features(found),
        programs(std::move(attached)),
        reasons(vmlinux),
        pods(options.target, options.cgroup_root, options.pod_logs),
        network({options.cgroup_root, options.proc}, options.target),
        local_endpoints(options.local_endpoints),
        counters(programs.skeleton->maps.drop_windows),
        windows(counters, static_cast<std::uint64_t>(options.coalesce.count())),
        losses(clock.to_time(BootClock::boot_ns())) {}

  bool consume();
  void on_record(const void* data, std::size_t size);
  void on_drop(const drop_record& record);
  void on_dns(const dns_record& record);
  void pass(std::vector<events::Observation>& observations);
  void on_cgroup(const cgroup_record& record);
  Time time_of(const record_header& header);
  void report_losses(Time now);
  void look_around(std::uint64_t boot, Time now);
  void housekeeping(std::uint64_t boot, Time now);
  void begin();
  void tell_purge_places();
  void leave_out_purged(std::vector<events::Observation>& out, std::size_t first);

  BootClock clock;
  Features features;
  Programs programs;
  RingHandle ring;
  DropReasons reasons;
  KernelSymbols symbols;
  std::optional<PurgePlaces> purge_places;  // not read before the first turn: that takes longer than to attach
  DropCount left_out;                       // recorded before the kernel knew the places
  PodWatch pods;
  NetworkWatch network;
  DnsAssembly dns;
  std::uint64_t local_endpoints;  // entries that the kernel's table holds
  MapWindowCounters counters;
  DropWindows windows;
  events::LossLedger losses;
  std::uint64_t unknown_records = 0;
  unsigned records_read = 0;       // since consume() began
  std::uint64_t last_boot_ns = 0;  // of the records so far
  bool is_first_turn = true;
  std::vector<events::Observation> seen_at_start;
  std::uint64_t next_sweep_ns = 0;
  std::uint64_t next_pod_refresh_ns = 0;
  std::vector<events::Observation> scratch;
};

void Tracer::State::pass(std::vector<events::Observation>& observations) {
  for (events::Observation& observation : observations) windows.add(std::move(observation));
  observations.clear();
}

// Records of two CPUs may stand in the ring a moment out of order: times never step back.
Time Tracer::State::time_of(const record_header& header) {
  last_boot_ns = std::max<std::uint64_t>(last_boot_ns, header.boot_ns);
  return clock.to_time(last_boot_ns);
}

void Tracer::State::on_cgroup(const cgroup_record& record) {
  const std::string_view path(record.path, strnlen(record.path, sizeof record.path));
  pods.made(record.header.cgroup_id, static_cast<int>(record.level), path, time_of(record.header), scratch);
  pass(scratch);
}

void Tracer::State::on_drop(const drop_record& record) {
  const Time time = time_of(record.header);
  std::optional<events::Dropped> drop = to_dropped(record, reasons, symbols);
  if (!drop) {
    ++unknown_records;
    return;
  }
  pods.announce(record.header.cgroup_id, time, scratch);
  network.name_netns(*drop, pods.pod_of(record.header.cgroup_id).get());
  pass(scratch);
  windows.add_drop({time, *std::move(drop)}, record.key, record.header.boot_ns);
}

void Tracer::State::on_dns(const dns_record& record) {
  const Time time = time_of(record.header);
  pods.announce(record.header.cgroup_id, time, scratch);
  dns.add(record, reinterpret_cast<const std::uint8_t*>(&record + 1), time, scratch);
  pass(scratch);
}

// Reads a bounded number of records. True if there may be more.
bool Tracer::State::consume() {
  records_read = 0;
  return ring_buffer__consume(ring.get()) == -ECANCELED;
}

void Tracer::State::on_record(const void* data, std::size_t size) {
  const auto& header = *static_cast<const record_header*>(data);
  if (header.type == RECORD_DROP && size >= sizeof(drop_record))
    on_drop(*static_cast<const drop_record*>(data));
  else if (header.type == RECORD_DNS && size >= sizeof(dns_record))
    on_dns(*static_cast<const dns_record*>(data));
  else if (header.type == RECORD_CGROUP && size >= sizeof(cgroup_record))
    on_cgroup(*static_cast<const cgroup_record*>(data));
  else
    ++unknown_records;
}

void Tracer::State::report_losses(Time now) {
  const kernel_totals kernel = read_totals(programs);
  losses.report("drops_ring_full", kernel.drops_refused, now, scratch, kernel.skbs_refused);
  losses.report("dns_ring_full", kernel.dns_refused, now, scratch);
  losses.report("dns_undecodable", kernel.dns_unreadable + dns.undecodable(), now, scratch);
  losses.report("dns_tcp", dns.tcp_lost(), now, scratch);
  losses.report("program_recursion", read_recursion_misses(programs), now, scratch);
  pass(scratch);
}

void Tracer::State::look_around(std::uint64_t boot, Time now) {
  forget_endpoints(programs, pods.refresh(now, scratch));
  pass(scratch);
  network.refresh(programs, pods);
  next_pod_refresh_ns = boot + pod_refresh_ns;
}

void Tracer::State::housekeeping(std::uint64_t boot, Time now) {
  if (boot >= next_pod_refresh_ns) look_around(boot, now);
  if (boot >= next_sweep_ns) {
    windows.sweep(boot, now);
    next_sweep_ns = boot + second_ns;
  }
}

// Into the programs' own memory: they ask from the next packet on. The order of the table does not matter to one that
// runs meanwhile, for it finds at worst no place.
void Tracer::State::tell_purge_places() {
  purge_places = PurgePlaces::read(features);
  const std::vector<purge_range>& ranges = purge_places->ranges();
  purge_range* const table = programs.skeleton->bss->purge_ranges;
  const purge_range unused{~std::uint64_t{0}, ~std::uint64_t{0}, PURGE_NEVER, 0};
  // From the end, so that no unused entry ever stands before a used one.
  for (std::size_t i = MAX_PURGE_RANGES; i-- > 0;) table[i] = i < ranges.size() ? ranges[i] : unused;
}

// What the kernel recorded as a drop before it knew the places.
void Tracer::State::leave_out_purged(std::vector<events::Observation>& out, std::size_t first) {
  const auto is_purge = [this](const events::Observation& observation) {
    const auto* const drop = std::get_if<events::Dropped>(&observation.what);
    if (drop == nullptr || !purge_places->is_purge(*drop)) return false;
    left_out = left_out + DropCount{drop->count, drop->skbs};
    return true;
  };
  out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), is_purge), out.end());
}

// The caller has said by now that the trace began: nothing is earlier than that.
void Tracer::State::begin() {
  last_boot_ns = BootClock::boot_ns();
  for (events::Observation& observation : seen_at_start) observation.time = clock.to_time(last_boot_ns);
  pass(seen_at_start);
}

Tracer::Tracer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tracer::~Tracer() = default;

Result<std::unique_ptr<Tracer>> Tracer::start(const TracerOptions& options) {
  const BtfHandle vmlinux(btf__load_vmlinux_btf());
  if (vmlinux == nullptr)
    return Error{"this kernel has no BTF (/sys/kernel/btf/vmlinux): it needs CONFIG_DEBUG_INFO_BTF"};
  Result<Features> probed = probe_features(vmlinux.get());
  if (!probed) return probed.error();
  Result<Features> features = without(*probed, options.disabled_features);
  if (!features) return features.error();
  Result<Programs> programs = load_and_attach(options, *features);
  if (!programs) return programs.error();

  auto state = std::make_unique<State>(options, *features, std::move(*programs), vmlinux.get());
  const auto callback = [](void* context, void* data, std::size_t size) {
    auto* const tracing = static_cast<State*>(context);
    tracing->on_record(data, size);
    // libbpf has released this record, and gives the error to the caller of ring_buffer__consume().
    return ++tracing->records_read < max_records_a_read ? 0 : -ECANCELED;
  };
  state->ring.reset(
      ring_buffer__new(bpf_map__fd(state->programs.skeleton->maps.records), callback, state.get(), nullptr));
  if (state->ring == nullptr) return Error{"the ring buffer could not be mapped into memory"};
  // Before the caller says that all is ready: the first packet may be one that only the namespace or address tells.
  state->pods.refresh(state->clock.to_time(BootClock::boot_ns()), state->seen_at_start);
  state->network.refresh(state->programs, state->pods);
  state->next_pod_refresh_ns = BootClock::boot_ns() + pod_refresh_ns;
  return std::unique_ptr<Tracer>(new Tracer(std::move(state)));
}

int Tracer::poll_fd() const { return ring_buffer__epoll_fd(state_->ring.get()); }

bool Tracer::read(std::vector<events::Observation>& out) {
  State& state = *state_;
  const std::size_t first = out.size();
  // The first turn ends in the ready file: what takes long is for the second one, which comes at once.
  const bool is_first_turn = std::exchange(state.is_first_turn, false);
  if (is_first_turn) state.begin();
  if (!is_first_turn && !state.purge_places) state.tell_purge_places();
  // What is said from here on is not earlier than what was read, and not later than what is still to be read.
  const std::uint64_t before = BootClock::boot_ns();
  const bool more = state.consume();
  const Time now = state.clock.to_time(more ? state.last_boot_ns : std::max(before, state.last_boot_ns));
  state.report_losses(now);
  const std::uint64_t boot = BootClock::boot_ns();
  state.housekeeping(boot, now);
  if (is_first_turn) return true;
  state.windows.release(boot, out);
  state.leave_out_purged(out, first);
  return more;
}

void Tracer::detach() {
  state_->programs.drops.reset();
  state_->programs.ingress.reset();
  state_->programs.egress.reset();
  // Waits until no program runs any more (synchronize_rcu): from here on every counter is final.
  syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

void Tracer::finish(std::vector<events::Observation>& out) {
  State& state = *state_;
  const std::size_t first = out.size();
  if (!state.purge_places) state.tell_purge_places();
  state.report_losses(now());
  state.windows.close(now(), out);
  state.leave_out_purged(out, first);
  const kernel_totals kernel = read_totals(state.programs);
  const DropCount recorded{kernel.drops_recorded, kernel.skbs_recorded};
  const DropCount counted = recorded + DropCount{kernel.drops_coalesced, kernel.skbs_coalesced};
  const DropCount released = state.windows.released();
  if (counted.packets < released.packets || counted.skbs < released.skbs) return;  // never: no loss to tell
  const DropCount missing = counted - released;
  state.losses.report("drops_unaccounted", missing.packets, now(), out, missing.skbs);
}

const Features& Tracer::features() const { return state_->features; }
bool Tracer::target_exists() const { return state_->pods.target_exists(); }
Time Tracer::now() const { return state_->clock.to_time(BootClock::boot_ns()); }

std::map<std::string, std::uint64_t> Tracer::totals() const {
  kernel_totals kernel = read_totals(state_->programs);
  const DropCount& left_out = state_->left_out;
  kernel.drops_seen -= left_out.packets;
  kernel.drops_recorded -= left_out.packets;
  kernel.skbs_seen -= left_out.skbs;
  kernel.skbs_recorded -= left_out.skbs;
  kernel.drops_purged += left_out.skbs;
  std::map<std::string, std::uint64_t> totals = to_map(kernel);
  const DropCount released = state_->windows.released() - left_out;
  totals["drops_released"] = released.packets;
  totals["skbs_released"] = released.skbs;
  totals["local_endpoints_evicted"] =
      kernel.local_endpoints_added - std::min<std::uint64_t>(kernel.local_endpoints_added, state_->local_endpoints);
  totals["program_recursion"] = read_recursion_misses(state_->programs);
  totals["unknown_records"] = state_->unknown_records;
  totals["pods_truncated"] = state_->pods.truncated() ? 1U : 0U;
  totals.merge(state_->network.totals());
  state_->dns.add_totals(totals);
  return totals;
}

}  // namespace cnamedrop::capture

// SPDX-License-Identifier: Apache-2.0
// Keeps the live line below the findings by erasing and redrawing it.
#include "output/findings_sink.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "events/enum_names.h"
#include "output/compact_line.h"

namespace cnamedrop::output {
namespace {

constexpr const char* erase_line = "\r\033[K";
constexpr std::size_t max_pending = std::size_t{64} << 10;  // bytes that wait for a slow reader

}  // namespace

FindingsSink::FindingsSink(int descriptor)
    : output_(OutputDescriptor::shared(descriptor)), live_(isatty(descriptor) != 0) {
  std::signal(SIGPIPE, SIG_IGN);
}

FindingsSink::~FindingsSink() {
  if (live_) pending_ += '\n';
  live_ = false;
  flush();
}

void FindingsSink::write(const events::Event& event) {
  const auto& what = event.observation.what;
  changed_ = true;
  if (std::holds_alternative<events::DnsSeen>(what)) {
    ++dns_;
    return;
  }
  if (const auto* drop = std::get_if<events::Dropped>(&what); drop != nullptr && event.cause)
    dropped_[event.cause->kind] += drop->count;
  if (const auto* lost = std::get_if<events::Lost>(&what)) lost_ += lost->count;
  if (std::holds_alternative<events::PodSeen>(what)) return;
  if (unshown_ != 0 || pending_.size() > max_pending) {
    ++unshown_;
    return;
  }
  if (live_) pending_ += erase_line;
  append_compact(pending_, event);
}

void FindingsSink::draw_live_line() {
  pending_ += erase_line;
  pending_ += "dns " + std::to_string(dns_);
  for (const auto& [kind, packets] : dropped_) {
    pending_ += "  ";
    pending_ += events::to_string(kind);
    pending_ += ' ' + std::to_string(packets);
  }
  if (lost_ != 0) pending_ += "  lost " + std::to_string(lost_);
}

void FindingsSink::flush() {
  if (!drain()) return;
  if (unshown_ != 0) pending_ += "... and " + std::to_string(std::exchange(unshown_, 0)) + " more\n";
  if (live_ && std::exchange(changed_, false)) draw_live_line();
  drain();
}

// Writes as much as is taken at once. True if nothing is left.
bool FindingsSink::drain() {
  while (!pending_.empty()) {
    const ssize_t wrote = output_.write(pending_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      reader_gone_ = errno == EPIPE;
      if (errno != EAGAIN && errno != EPIPE) problem_ = std::string("cannot write findings: ") + std::strerror(errno);
      return false;
    }
    pending_.erase(0, static_cast<std::size_t>(wrote));
  }
  problem_.clear();
  return true;
}

std::uint64_t FindingsSink::unwritten() const {
  return static_cast<std::uint64_t>(std::count(pending_.begin(), pending_.end(), '\n')) + unshown_;
}

}  // namespace cnamedrop::output

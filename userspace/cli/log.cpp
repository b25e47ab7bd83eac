// SPDX-License-Identifier: Apache-2.0
#include "cli/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "output/printable.h"
#include "types/output_descriptor.h"

namespace cnamedrop::cli {
namespace {

class UnwaitingSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (pending_.size() < max_pending) pending_.append(line.data(), line.size());
    flush_();
  }

  void flush_() override {
    const ssize_t wrote = pending_.empty() ? 0 : output_.write(pending_);
    if (wrote > 0) pending_.erase(0, static_cast<std::size_t>(wrote));
  }

 private:
  static constexpr std::size_t max_pending = std::size_t{1} << 14;  // bytes

  OutputDescriptor output_ = OutputDescriptor::shared(STDERR_FILENO);
  std::string pending_;
};

// Messages quote files from outside, which may hold escape sequences of a terminal.
class PrintableMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text(message.payload.data(), message.payload.size());
    output::escape_unprintable(text, 0);
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PrintableMessage>(); }
};

void log_to(spdlog::sink_ptr sink) {
  const auto logger = std::make_shared<spdlog::logger>("cnamedrop", std::move(sink));
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>('*').set_pattern("%n: %l: %*");
  logger->set_formatter(std::move(formatter));
  spdlog::set_default_logger(logger);
}

}  // namespace

void log_to_standard_error() { log_to(std::make_shared<spdlog::sinks::stderr_sink_mt>()); }

void log_without_waiting() { log_to(std::make_shared<UnwaitingSink>()); }

}  // namespace cnamedrop::cli

// SPDX-License-Identifier: Apache-2.0
// Each flag that names something takes one value and may be repeated, so that none swallows an argument behind it.
#include "cli/policy_options.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <utility>

#include "cli/duration.h"
#include "pods/pod_list.h"

namespace cnamedrop::cli {
namespace {

std::optional<Error> add_selectors(const std::vector<std::string>& texts,
                                   Result<policy::Selector> (*read)(std::string_view, const policy::LoadOptions&),
                                   const policy::LoadOptions& options, policy::Policy& policy) {
  for (const std::string& text : texts) {
    Result<policy::Selector> selector = read(text, options);
    if (!selector) return selector.error();
    policy.names.push_back(*std::move(selector));
  }
  return std::nullopt;
}

std::map<std::string, join::CreditTo> dialects_by_name() {
  std::map<std::string, join::CreditTo> dialects;
  for (const join::CreditDialect& dialect : join::credit_dialects) dialects.emplace(dialect.name, dialect.to);
  return dialects;
}

}  // namespace

void PolicyOptions::add_to(CLI::App& command, join::Settings& settings) {
  add_selector_options(command);
  add_credit_options(command, settings);
}

void PolicyOptions::add_selector_options(CLI::App& command) {
  const char* group = "Policy";
  command
      .add_option("--policy", files_,
                  "judge drops by this policy: a manifest of Cilium or the output of cilium-dbg fqdn names; repeat "
                  "for more")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->group(group);
  command.add_option("--allow-name", names_, "judge drops as if a policy had this matchName; repeat for more")
      ->allow_extra_args(false)
      ->type_name("NAME")
      ->group(group);
  command.add_option("--allow-pattern", patterns_, "the same for a matchPattern; repeat for more")
      ->allow_extra_args(false)
      ->type_name("PATTERN")
      ->group(group);
  command
      .add_option("--pods", pods_file_,
                  "labels of pods, for policies that select pods by them: the output of kubectl get pods -A -o json")
      ->type_name("FILE")
      ->group(group);
  const auto read_version = [this](const std::string& text) {
    const std::optional<policy::CiliumVersion> version = policy::parse_cilium_version(text);
    if (!version) throw CLI::ValidationError("--cilium-version", "must be a version such as 1.18");
    load_.version = *version;
  };
  command
      .add_option_function<std::string>("--cilium-version", read_version,
                                        "read patterns as this version does [the newest]")
      ->type_name("VERSION")
      ->group(group);
}

void PolicyOptions::add_credit_options(CLI::App& command, join::Settings& settings) {
  const char* group = "Crediting";
  command
      .add_option("--credit", settings.credit_to,
                  "names that an answer's addresses are credited to: its question's, or all of its chain [question]")
      ->transform(CLI::CheckedTransformer(dialects_by_name()).description(""))
      ->type_name("question|chain")
      ->group(group);
  const auto add_seconds = [&](const char* name, std::chrono::seconds& to, const char* help) {
    command
        .add_option_function<std::uint32_t>(
            name, [&to](std::uint32_t seconds) { to = std::chrono::seconds(seconds); }, help)
        ->default_str("0")
        ->group(group);
  };
  add_seconds("--min-ttl", settings.min_ttl, "seconds that a credit lives at least (tofqdns-min-ttl)");
  add_seconds("--grace", settings.grace,
              "seconds that a credit outlives its TTL (tofqdns-idle-connection-grace-period)");
  command
      .add_option("--max-ips-per-name", settings.max_ips_per_name,
                  "addresses of a name that are kept (tofqdns-endpoint-max-ip-per-hostname)")
      ->capture_default_str()
      ->group(group);
  add_duration(command, "--race-window", settings.race_window,
               "a drop so soon after the answer outran the policy (tofqdns-proxy-response-max-delay) [100ms]")
      ->group(group);
}

Result<std::shared_ptr<const policy::Policy>> PolicyOptions::load() const {
  if (!given()) return std::shared_ptr<const policy::Policy>();
  policy::Policy policy;
  for (const std::string& file : files_) {
    Result<policy::Policy> loaded = policy::load_policy_file(file, load_);
    if (!loaded) return loaded.error();
    policy::append(policy, *std::move(loaded));
  }
  if (std::optional<Error> error = add_selectors(names_, policy::selector_from_name, load_, policy)) return *error;
  if (std::optional<Error> error = add_selectors(patterns_, policy::selector_from_pattern, load_, policy))
    return *error;
  if (!pods_file_.empty()) {
    Result<pods::PodList> pods = pods::read_pod_list(pods_file_);
    if (!pods) return pods.error();
    policy.pods = std::make_shared<const pods::PodList>(*std::move(pods));
  }
  for (const std::string& warning : policy.warnings) spdlog::warn("{}", warning);
  return std::shared_ptr<const policy::Policy>(std::make_shared<policy::Policy>(std::move(policy)));
}

}  // namespace cnamedrop::cli

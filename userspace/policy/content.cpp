// Each format has members that no other has.
#include "policy/content.h"

#include <rapidjson/document.h>

namespace cnamedrop::policy {
namespace {

Content classify_json(const std::string& content) {
  rapidjson::Document first;
  first.Parse<rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag>(content.c_str());
  if (first.HasParseError()) return Content::Manifest;
  if (first.IsArray() && !first.Empty() && first[0].IsObject() && first[0].HasMember("lookup-time")) {
    return Content::FqdnCache;
  }
  if (!first.IsObject()) return Content::OtherJson;
  if (first.HasMember("FQDNPolicySelectors")) return Content::FqdnNames;
  if (first.HasMember("flow")) return Content::HubbleFlow;
  if (first.HasMember("kind")) return Content::Manifest;
  return first.HasMember("schema") && first.HasMember("type") ? Content::EventFile : Content::OtherJson;
}

}  // namespace

Content classify(const std::string& content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Content::Manifest;
  if (content[first] == '{' || content[first] == '[') return classify_json(content);
  const std::string heading = content.substr(first, content.find('\n', first) - first);
  const bool is_table = heading.starts_with("Endpoint ") && heading.find("FQDN") != std::string::npos;
  return is_table ? Content::FqdnCacheTable : Content::Manifest;
}

std::string describe(Content content) {
  switch (content) {
    case Content::FqdnNames:
      return "this is the output of cilium-dbg fqdn names, which holds selectors";
    case Content::FqdnCache:
    case Content::FqdnCacheTable:
      return "this is the output of cilium-dbg fqdn cache list, which holds addresses";
    case Content::HubbleFlow:
      return "these are flows of hubble observe";
    case Content::EventFile:
      return "this is an event file of cnamedrop";
    case Content::Manifest:
    case Content::OtherJson:
      break;
  }
  return "";
}

}  // namespace cnamedrop::policy

// SPDX-License-Identifier: Apache-2.0
// Each format has members that no other has.
#include "policy/content.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <string_view>

namespace cnamedrop::policy {
namespace {

using rapidjson::SizeType;

constexpr int max_depth = 64;

// Notes the outermost members, and those of the first object in an outermost array. Makes no values.
struct Members : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Members> {
  bool is_object = false;
  bool is_array = false;
  bool lookup_time = false;
  bool selectors = false;
  bool flow = false;
  bool kind = false;
  bool schema = false;
  bool type = false;
  int depth = 0;
  int entries = 0;         // of an outermost array
  bool in_object = false;  // its entry that is open is an object

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Default() {
    if (is_array && depth == 1) ++entries;
    return true;
  }
  bool Key(const char* text, SizeType size, bool) {
    const std::string_view key(text, size);
    if (is_object && depth == 1) {
      selectors |= key == "FQDNPolicySelectors";
      flow |= key == "flow";
      kind |= key == "kind" || key == "items";
      schema |= key == "schema";
      type |= key == "type";
    }
    if (is_array && depth == 2 && entries == 1 && in_object) {
      lookup_time |= key == "lookup-time" || key == "fqdn";
      kind |= key == "kind" || key == "endpointSelector";
    }
    return true;
  }
  bool StartObject() {
    Default();
    if (depth == 0) is_object = true;
    if (depth == 1) in_object = true;
    return ++depth <= max_depth;
  }
  bool EndObject(SizeType) { return left(); }
  bool StartArray() {
    Default();
    if (depth == 0) is_array = true;
    if (depth == 1) in_object = false;
    return ++depth <= max_depth;
  }
  bool EndArray(SizeType) { return left(); }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool left() {
    --depth;
    return true;
  }
};

Content classify_json(std::string_view content) {
  rapidjson::MemoryStream stream(content.data(), content.size());
  rapidjson::Reader reader;
  Members found;
  reader.Parse<rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag>(stream, found);
  if (reader.HasParseError()) return Content::Manifest;
  if (found.lookup_time) return Content::FqdnCache;
  if (!found.is_object) return found.kind ? Content::Manifest : Content::OtherJson;
  if (found.selectors) return Content::FqdnNames;
  if (found.flow) return Content::HubbleFlow;
  if (found.kind) return Content::Manifest;
  return found.schema && found.type ? Content::EventFile : Content::OtherJson;
}

}  // namespace

std::string_view without_frame(std::string_view text) {
  while (text.starts_with("Defaulted container ")) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  const std::size_t last = text.rfind('\n', end);
  if (text.starts_with('[') && last != std::string_view::npos && text.substr(last + 1).starts_with("Revision: "))
    text = text.substr(0, last);
  return text;
}

Content classify(std::string_view content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return Content::Manifest;
  if (content[first] == '{' || content[first] == '[') return classify_json(content);
  const std::string_view heading = content.substr(first, content.find('\n', first) - first);
  const bool is_table = heading.starts_with("Endpoint ") && heading.find("FQDN") != std::string_view::npos;
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

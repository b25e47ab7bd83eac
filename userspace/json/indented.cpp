// SPDX-License-Identifier: Apache-2.0
// The writer streams from the reader: no document is built.
#include "json/indented.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

namespace cnamedrop::json {

void append_indented(std::string& out, const std::string& compact) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  rapidjson::MemoryStream stream(compact.data(), compact.size());
  rapidjson::Reader().Parse(stream, writer);
  out.append(buffer.GetString(), buffer.GetSize());
  out += '\n';
}

}  // namespace cnamedrop::json

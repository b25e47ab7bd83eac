// The `cause` object of a drop event. For event_json.cpp, and for reports that show causes as the file does.
#pragma once

#include "events/event.h"
#include "json/writer.h"

namespace cnamedrop::events {

// Ages are relative to dropped_at. Writes the value alone, without its key.
void write_cause(json::Writer& json, const Cause& cause, Time dropped_at);

// Values that events and causes share.
void write_time(json::Writer& json, json::FieldName name, Time time);
void write_address(json::Writer& json, json::FieldName name, const dns::IpAddress& address);
void write_question(json::Writer& json, const dns::Question& question);

// Writes an array of texts, left out when there are none.
template <typename Texts>
void write_texts(json::Writer& json, json::FieldName name, const Texts& texts) {
  if (texts.empty()) return;
  json.key(name);
  json.begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

}  // namespace cnamedrop::events

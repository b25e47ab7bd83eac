// SPDX-License-Identifier: Apache-2.0
// The formats themselves are in files of their own.
#include "observe/printer.h"

#include "observe/hubble_flow.h"
#include "observe/table.h"
#include "output/compact_line.h"

namespace cnamedrop::observe {

void Printer::append_head(std::string& out) const {
  if (format_ == Format::Table) append_table_head(out);
}

void Printer::see(const events::Event& event) {
  if (format_ == Format::Coredns) coredns_.see(event);
}

void Printer::append(std::string& out, const events::Event& event) const {
  switch (format_) {
    case Format::Compact:
      return output::append_compact(out, event);
    case Format::Table:
      return append_table_row(out, event);
    case Format::Json:
      return events::append_json(out, event, lines_);
    case Format::Hubble:
      return append_hubble(out, event);
    case Format::Coredns:
      return coredns_.append(out, event);
  }
}

}  // namespace cnamedrop::observe

// SPDX-License-Identifier: Apache-2.0
// What a file that an operator was given by some tool holds, so that a mistaken one can be named. Looks only as far as
// it must; whether the content is valid is for its reader to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cnamedrop::policy {

enum class Content : std::uint8_t {
  Manifest,        // or anything else that is no JSON: YAML flow style may look like JSON
  FqdnNames,       // cilium-dbg fqdn names
  FqdnCache,       // cilium-dbg fqdn cache list -o json
  FqdnCacheTable,  // the same without -o json
  HubbleFlow,      // hubble observe -o json
  EventFile,       // cnamedrop trace
  OtherJson,
};

// kubectl exec says which container it chose before the JSON, and cilium policy get ends with "Revision: 12".
std::string_view without_frame(std::string_view text);

// Of JSON Lines the first value decides.
Content classify(std::string_view content);

// "these are flows of hubble observe", for an error; "" for Manifest and OtherJson, of which nothing is known.
std::string describe(Content content);

}  // namespace cnamedrop::policy

// How a time is written on the command line.
#pragma once

namespace CLI {
class Validator;
}

namespace cnamedrop::cli {

// For transform(): reads "30s", "5m", "1.5h", "500ms" or plain seconds, and gives nanoseconds. At most 1e9 seconds.
CLI::Validator duration();

}  // namespace cnamedrop::cli

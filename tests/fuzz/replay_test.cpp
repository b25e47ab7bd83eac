// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over its corpus, one test a file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace cnamedrop::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> corpus() {
  std::vector<fs::path> files(fs::directory_iterator(CORPUS_DIR), {});
  std::sort(files.begin(), files.end());
  return files;
}

class Corpus : public testing::TestWithParam<fs::path> {};

TEST_P(Corpus, HoldsTheProperties) {
  std::ifstream file(GetParam(), std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(bytes.empty());

  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus, testing::ValuesIn(corpus()),
                         [](const testing::TestParamInfo<fs::path>& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace cnamedrop::fuzz

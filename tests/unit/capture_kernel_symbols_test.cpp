// SPDX-License-Identifier: Apache-2.0
// Symbols from a kallsyms file of our own.
#include <gtest/gtest.h>

#include "capture/kernel_symbols.h"
#include "temp_tree.h"

namespace cnamedrop::capture {
namespace {

class KernelSymbolsTest : public TempTree {
 protected:
  std::string name_in(std::string_view table, std::uint64_t address) {
    return KernelSymbols(file("kallsyms", table).string()).name(address);
  }
};

TEST_F(KernelSymbolsTest, TheNearestFunctionBelowTheAddressIsNamedWithTheOffset) {
  EXPECT_EQ(name_in("ffffffff81000000 T start\nffffffff81000100 t nf_hook_slow\nffffffff81000200 T next\n",
                    0xffffffff81000153),
            "nf_hook_slow+0x53");
}

TEST_F(KernelSymbolsTest, ModuleFunctionsLoseTheModuleName) {
  EXPECT_EQ(name_in("ffffffffc0000100 t ovs_drop\t[openvswitch]\n", 0xffffffffc0000101), "ovs_drop+0x1");
}

TEST_F(KernelSymbolsTest, DataIsNoFunction) {
  EXPECT_EQ(name_in("ffffffff81000100 t function\nffffffff81000150 D data\n", 0xffffffff81000160), "function+0x60");
}

TEST_F(KernelSymbolsTest, HiddenAddressesGiveTheNumber) {
  EXPECT_EQ(name_in("0000000000000000 T start\n0000000000000000 T next\n", 0xffffffff81000160), "0xffffffff81000160");
}

TEST_F(KernelSymbolsTest, AMissingTableGivesTheNumber) {
  EXPECT_EQ(KernelSymbols((root() / "missing").string()).name(0x10), "0x10");
}

}  // namespace
}  // namespace cnamedrop::capture

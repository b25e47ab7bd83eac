// SPDX-License-Identifier: Apache-2.0
// The reading rule on the compiled programs: a load goes through the skb or a program's own context, never through a
// pointer that can be NULL or stale. The verifier cannot be asked: some kernels let such a load pass and crash on it
// (CVE-2025-21852). Needs neither privileges nor BTF of this machine.
#include <gelf.h>
#include <gmock/gmock.h>
#include <linux/bpf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "capture/bpf_handles.h"

namespace cnamedrop::capture {
namespace {

using testing::IsEmpty;

// What the kernel hands to a program itself: never NULL and valid for as long as the program runs.
bool is_own_argument(const std::string& type) { return type == "sk_buff" || type == "__sk_buff"; }

// struct bpf_core_relo of include/uapi/linux/bpf.h, which not every system's header has.
struct Relocation {
  std::uint32_t offset = 0;  // of the instruction in its section, in bytes
  std::uint32_t type = 0;
  std::uint32_t access = 0;
  std::uint32_t kind = 0;
};

// A part of a file's bytes; reading behind its end fails the test and gives zeros.
template <typename T>
T at(const std::vector<char>& bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof value > bytes.size())
    ADD_FAILURE() << "the object ends at " << bytes.size() << ", before " << offset;
  else
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::map<std::string, std::vector<char>> sections_of(std::vector<char>& file) {
  std::map<std::string, std::vector<char>> sections;
  elf_version(EV_CURRENT);
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_memory(file.data(), file.size()), elf_end);
  std::size_t names = 0;
  if (elf == nullptr || elf_getshdrstrndx(elf.get(), &names) != 0) return sections;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf.get(), section)) != nullptr;) {
    GElf_Shdr header;
    const Elf_Data* data = elf_rawdata(section, nullptr);
    if (gelf_getshdr(section, &header) == nullptr || data == nullptr || data->d_buf == nullptr) continue;
    const char* begin = static_cast<const char*>(data->d_buf);
    sections[elf_strptr(elf.get(), names, header.sh_name)] = {begin, begin + data->d_size};
  }
  return sections;
}

// Loads and stores, atomic ones too. Immediate loads (BPF_LD) hold what CO-RE found and touch no memory.
bool touches_memory(const bpf_insn& instruction) {
  const int instruction_class = BPF_CLASS(instruction.code);
  return instruction_class == BPF_LDX || instruction_class == BPF_ST || instruction_class == BPF_STX;
}

// sk_buff of sk_buff___v6_1.
std::string without_flavour(const std::string& name) { return name.substr(0, name.find("___")); }

const btf_type* resolved(const btf* types, std::uint32_t id) {
  return btf__type_by_id(types, static_cast<std::uint32_t>(btf__resolve_type(types, id)));
}

// Whether an access string ("0:3:1": the third member's first) stays in the one object that the pointer leads to.
bool stays_inside(const btf* types, std::uint32_t root, const std::string& access) {
  std::size_t colon = access.find(':');
  if (access.substr(0, colon) != "0") return false;
  const btf_type* type = resolved(types, root);
  while (colon != std::string::npos) {
    const unsigned long index = std::stoul(access.substr(colon + 1));
    colon = access.find(':', colon + 1);
    if (btf_is_array(type)) {
      if (index >= btf_array(type)->nelems) return false;
      type = resolved(types, btf_array(type)->type);
    } else if (btf_is_composite(type) && index < btf_vlen(type)) {
      type = resolved(types, btf_members(type)[index].type);
    } else {
      return false;  // through a pointer, or nowhere
    }
  }
  return true;
}

class ReadingRuleTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(LINKED_BPF_OBJECT, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
    sections = sections_of(bytes);
    types.reset(btf__parse_elf(LINKED_BPF_OBJECT, nullptr));
    ASSERT_NE(types, nullptr) << LINKED_BPF_OBJECT;
    const std::vector<char>& extended = sections[".BTF.ext"];
    ASSERT_GE(extended.size(), 32U) << "no CO-RE relocations";
    ASSERT_EQ(at<std::uint16_t>(extended, 0), 0xeb9f) << "not .BTF.ext of this machine's byte order";
    collect(extended);
  }

  // .BTF.ext: a header, whose words 6 and 7 place the relocations; there a record's size, and for each section its
  // name, a count and the records.
  void collect(const std::vector<char>& extended) {
    std::size_t next = at<std::uint32_t>(extended, 4) + at<std::uint32_t>(extended, 24);
    const std::size_t end = next + at<std::uint32_t>(extended, 28);
    const std::size_t record_size = at<std::uint32_t>(extended, next);
    ASSERT_GE(record_size, sizeof(Relocation));
    for (next += 4; next < end;) {
      std::vector<Relocation>& here = relocations[text(at<std::uint32_t>(extended, next))];
      const auto count = at<std::uint32_t>(extended, next + 4);
      next += 8;
      for (std::uint32_t i = 0; i < count && next < end; ++i, next += record_size)
        here.push_back(at<Relocation>(extended, next));
    }
  }

  std::string text(std::uint32_t offset) const {
    const char* found = btf__str_by_offset(types.get(), offset);
    return found != nullptr ? found : "";
  }

  std::string name_of(std::uint32_t type) const { return text(resolved(types.get(), type)->name_off); }

  // Calls visit(relocation, root type, where it is) for each relocation of an instruction that touches memory.
  template <typename Visit>
  void for_each_load(const Visit& visit) {
    for (const auto& [section, here] : relocations)
      for (const Relocation& relocation : here) {
        if (!touches_memory(at<bpf_insn>(sections[section], relocation.offset))) continue;
        const std::string type = name_of(relocation.type);
        visit(relocation, without_flavour(type),
              section + ": instruction " + std::to_string(relocation.offset / sizeof(bpf_insn)) + ": struct " + type +
                  ", access " + text(relocation.access));
      }
  }

  std::vector<char> bytes;
  std::map<std::string, std::vector<char>> sections;
  std::map<std::string, std::vector<Relocation>> relocations;
  BtfHandle types;
};

TEST_F(ReadingRuleTest, OnlyTheSkbAndTheContextAreLoadedFrom) {
  std::vector<std::string> wrong;
  int loads = 0;
  for_each_load([&](const Relocation&, const std::string& type, const std::string& where) {
    ++loads;
    if (!is_own_argument(type)) wrong.push_back(where);
  });
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_GT(loads, 10) << "the programs load fields of the skb, so the test has missed them";
}

TEST_F(ReadingRuleTest, ALoadFromTheSkbIsOfAFieldOfItsOwn) {
  std::vector<std::string> wrong;
  for_each_load([&](const Relocation& relocation, const std::string& type, const std::string& where) {
    if (is_own_argument(type) && !stays_inside(types.get(), relocation.type, text(relocation.access)))
      wrong.push_back(where);
  });
  EXPECT_THAT(wrong, IsEmpty());
}

}  // namespace
}  // namespace cnamedrop::capture

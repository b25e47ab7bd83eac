// SPDX-License-Identifier: Apache-2.0
// YAML documents from outside as small trees. yaml-cpp's own nodes take four times the memory, let an alias be a cycle,
// and pass over merge keys; here aliases are bounded and merge keys ("<<") are applied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cnamedrop::policy {

inline constexpr int max_yaml_depth = 100;                  // aliases followed
inline constexpr std::uint64_t max_yaml_nodes = 4'000'000;  // of a file, each alias counted as what it stands for

// Outside JSON: of a scalar, a comment, or all that is in one pair of brackets.
inline constexpr std::size_t max_yaml_value_bytes = std::size_t{1} << 20;

struct YamlTree {
  enum class Kind : std::uint8_t { Null, Scalar, List, Map, Alias };
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Cell {
    Kind kind = Kind::Null;
    bool is_merge_key = false;
    std::uint32_t line = 0;      // from 1
    std::uint32_t first = none;  // of a scalar: where its text begins; of an alias: its node; else the first child
    std::uint32_t size = 0;      // of a scalar's text
    std::uint32_t next = none;   // the next child of the same parent; in a map keys and values alternate
  };

  std::deque<Cell> cells;  // no copies while it grows: a cluster has millions
  std::string text;
};

// A node of a tree, which must outlive it; or no node, where a map lacks the key.
class YamlNode {
 public:
  YamlNode() = default;
  YamlNode(const YamlTree& tree, std::uint32_t cell) : tree_(&tree), cell_(cell) {}

  explicit operator bool() const { return tree_ != nullptr; }
  bool is_null() const { return is(YamlTree::Kind::Null); }
  bool is_scalar() const { return is(YamlTree::Kind::Scalar); }
  bool is_list() const { return is(YamlTree::Kind::List); }
  bool is_map() const { return is(YamlTree::Kind::Map); }

  // Where it is written; an alias is what it stands for. Not for no node.
  int line() const { return static_cast<int>(resolved().line); }

  // "" for all but scalars.
  std::string_view text() const;

  // The value of a map's key, the first one if the key is there twice.
  YamlNode operator[](std::string_view key) const;

  // An entry of a list, or a key or value of a map; and what follows it there.
  YamlNode first_child() const;
  YamlNode next() const;

 private:
  const YamlTree::Cell& cell() const { return tree_->cells[cell_]; }
  const YamlTree::Cell& resolved() const;
  bool is(YamlTree::Kind kind) const { return tree_ != nullptr && resolved().kind == kind; }

  const YamlTree* tree_ = nullptr;
  std::uint32_t cell_ = YamlTree::none;
};

// Reads the documents of a text one after the other.
class YamlDocuments {
 public:
  struct Problem {
    int line = 0;  // 0: unknown
    std::string message;
  };

  // The text must outlive this.
  explicit YamlDocuments(std::string_view text);
  ~YamlDocuments();
  YamlDocuments(const YamlDocuments&) = delete;
  YamlDocuments& operator=(const YamlDocuments&) = delete;

  // The root of the next document, good until the next call; nothing behind the last one, or at a problem.
  std::optional<YamlNode> next();

  const std::optional<Problem>& problem() const { return problem_; }

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
  std::optional<Problem> problem_;
};

}  // namespace cnamedrop::policy

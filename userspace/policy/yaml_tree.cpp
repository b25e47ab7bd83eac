// SPDX-License-Identifier: Apache-2.0
// JSON, which may be one value of 64 MiB, is read by RapidJSON; all else by yaml-cpp. Their exceptions, and ours in
// their callbacks, end in YamlDocuments::next().
#include "policy/yaml_tree.h"

#include <rapidjson/reader.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_set>
#include <vector>

namespace cnamedrop::policy {
namespace {

using Kind = YamlTree::Kind;

// The text as a stream, without a copy. yaml-cpp keeps the tokens of a whole "[...]" before it tells of the first, a
// hundred bytes for one of text: the text ends where nothing was told of for max_yaml_value_bytes.
class LimitedText : public std::streambuf {
 public:
  explicit LimitedText(std::string_view text) : text_(text) {}

  // The parser told of something.
  void progressed(std::uint32_t line) {
    if (cut_behind_) return;  // what was kept is told of once the text has ended
    told_at_ = given_;
    line_ = line;
  }

  // The last line that was told of before the text was cut; nothing: it was not cut.
  const std::optional<std::uint32_t>& cut_behind() const { return cut_behind_; }

 private:
  int_type underflow() override {
    if (given_ == text_.size()) return traits_type::eof();
    if (given_ - told_at_ >= max_yaml_value_bytes) {
      cut_behind_ = line_;
      return traits_type::eof();
    }
    const std::size_t size = std::min(block_bytes, text_.size() - given_);
    char* const begin = const_cast<char*>(text_.data()) + given_;  // NOLINT: a get area is never written to
    setg(begin, begin, begin + size);
    given_ += size;
    return traits_type::to_int_type(*begin);
  }

  static constexpr std::size_t block_bytes = std::size_t{16} << 10;

  std::string_view text_;
  std::size_t given_ = 0;
  std::size_t told_at_ = 0;
  std::uint32_t line_ = 1;
  std::optional<std::uint32_t> cut_behind_;
};

// A limit that was exceeded, or a wrong merge. Ends in YamlDocuments::next().
struct Refusal {
  std::uint32_t line;
  std::string what;
};

[[noreturn]] void fail(std::uint32_t line, const std::string& what) { throw Refusal{line, what}; }

// Makes the tree of what either parser tells.
class TreeBuilder {
 public:
  using Anchor = std::size_t;  // 0: none

  const YamlTree& tree() const { return tree_; }

  void start_document();
  void add_null(std::uint32_t line, Anchor anchor = 0) { add_leaf(Kind::Null, line, anchor); }
  void add_scalar(std::uint32_t line, std::string_view text, bool may_merge = false, Anchor anchor = 0);
  void add_alias(std::uint32_t line, Anchor anchor);
  void begin(Kind kind, std::uint32_t line, Anchor anchor = 0);
  void end();

 private:
  // A list or map whose end has not come.
  struct Open {
    std::uint32_t cell = 0;
    Anchor anchor = 0;
    std::uint32_t last_child = YamlTree::none;
    std::uint64_t nodes = 1;  // of it and below it so far, aliases followed
    int height = 1;
    bool is_map = false;
    bool at_key = true;  // of a map: the next child is a key
    bool merges = false;
  };
  // nodes of 0: the anchored node is still open.
  struct Anchored {
    std::uint32_t cell = 0;
    std::uint64_t nodes = 0;
    int height = 0;
  };
  struct Merged {
    std::unordered_set<std::string_view> keys;
    Open* into = nullptr;
  };

  std::uint32_t add_cell(std::uint32_t line, const YamlTree::Cell& cell);
  void add_leaf(Kind kind, std::uint32_t line, Anchor anchor);
  void append(Open& parent, std::uint32_t cell);
  void count(std::uint32_t line, std::uint64_t nodes, int height);
  void remember(Anchor anchor, const Anchored& anchored);

  std::uint32_t resolved(std::uint32_t cell) const {
    return tree_.cells[cell].kind == Kind::Alias ? tree_.cells[cell].first : cell;
  }
  std::string_view text_of(const YamlTree::Cell& cell) const {
    return std::string_view(tree_.text).substr(cell.first, cell.size);
  }
  void merge(Open& map);
  void merge_value(std::uint32_t value, Merged& merged);
  void merge_map(std::uint32_t map, Merged& merged);

  YamlTree tree_;
  std::vector<Open> open_;
  std::vector<Anchored> anchors_;  // by number
  std::uint64_t nodes_ = 0;        // of all documents
};

void TreeBuilder::start_document() {
  tree_.cells.clear();
  tree_.text.clear();
  open_.clear();
  anchors_.clear();
}

std::uint32_t TreeBuilder::add_cell(std::uint32_t line, const YamlTree::Cell& cell) {
  tree_.cells.push_back(cell);
  tree_.cells.back().line = line;
  return static_cast<std::uint32_t>(tree_.cells.size() - 1);
}

void TreeBuilder::append(Open& parent, std::uint32_t cell) {
  (parent.last_child == YamlTree::none ? tree_.cells[parent.cell].first : tree_.cells[parent.last_child].next) = cell;
  parent.last_child = cell;
  if (parent.is_map) parent.at_key = !parent.at_key;
}

// A child of the innermost open node: so many nodes, so many levels high.
void TreeBuilder::count(std::uint32_t line, std::uint64_t nodes, int height) {
  nodes_ += nodes;
  if (nodes_ > max_yaml_nodes)
    fail(line, "more than " + std::to_string(max_yaml_nodes) + " values, with what aliases stand for");
  if (static_cast<int>(open_.size()) + height > max_yaml_depth)
    fail(line, "nested deeper than " + std::to_string(max_yaml_depth) + " levels");
  if (open_.empty()) return;
  open_.back().nodes += nodes;
  open_.back().height = std::max(open_.back().height, height + 1);
}

void TreeBuilder::remember(Anchor anchor, const Anchored& anchored) {
  if (anchor == 0) return;
  if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
  anchors_[anchor] = anchored;
}

void TreeBuilder::add_leaf(Kind kind, std::uint32_t line, Anchor anchor) {
  count(line, 1, 1);
  const std::uint32_t cell = add_cell(line, {.kind = kind});
  if (!open_.empty()) append(open_.back(), cell);
  remember(anchor, {cell, 1, 1});
}

void TreeBuilder::add_scalar(std::uint32_t line, std::string_view text, bool may_merge, Anchor anchor) {
  const bool merges = may_merge && text == "<<" && !open_.empty() && open_.back().is_map && open_.back().at_key;
  add_leaf(Kind::Scalar, line, anchor);
  YamlTree::Cell& cell = tree_.cells.back();
  cell.first = static_cast<std::uint32_t>(tree_.text.size());
  cell.size = static_cast<std::uint32_t>(text.size());
  tree_.text += text;
  if (merges) {
    cell.is_merge_key = true;
    open_.back().merges = true;
  }
}

void TreeBuilder::add_alias(std::uint32_t line, Anchor anchor) {
  const Anchored target = anchor < anchors_.size() ? anchors_[anchor] : Anchored{};
  if (target.nodes == 0) fail(line, "an alias to a value that it is itself in");
  count(line, target.nodes, target.height);
  const std::uint32_t cell = add_cell(line, {.kind = Kind::Alias, .first = target.cell});
  if (!open_.empty()) append(open_.back(), cell);
}

void TreeBuilder::begin(Kind kind, std::uint32_t line, Anchor anchor) {
  count(line, 1, 1);
  const std::uint32_t cell = add_cell(line, {.kind = kind});
  if (!open_.empty()) append(open_.back(), cell);
  remember(anchor, {cell, 0, 0});
  open_.push_back({.cell = cell, .anchor = anchor, .is_map = kind == Kind::Map});
}

// The node itself is counted at its parent already, what is below it is not.
void TreeBuilder::end() {
  if (open_.back().merges) merge(open_.back());
  const Open closed = open_.back();
  open_.pop_back();
  remember(closed.anchor, {closed.cell, closed.nodes, closed.height});
  if (open_.empty()) return;
  open_.back().nodes += closed.nodes - 1;
  open_.back().height = std::max(open_.back().height, closed.height + 1);
}

// A map's own keys win, then what is merged first. What is merged has been merged into itself before, and its nodes
// are counted as the value of "<<": going through the result costs no more.
void TreeBuilder::merge(Open& map) {
  Merged merged{{}, &map};
  std::vector<std::uint32_t> values;
  for (std::uint32_t key = tree_.cells[map.cell].first; key != YamlTree::none;) {
    const std::uint32_t value = tree_.cells[key].next;
    if (tree_.cells[key].is_merge_key)
      values.push_back(value);
    else if (const YamlTree::Cell& own = tree_.cells[resolved(key)]; own.kind == Kind::Scalar)
      merged.keys.insert(text_of(own));
    key = tree_.cells[value].next;
  }
  for (const std::uint32_t value : values) merge_value(value, merged);
}

void TreeBuilder::merge_value(std::uint32_t value, Merged& merged) {
  const std::uint32_t source = resolved(value);
  if (tree_.cells[source].kind == Kind::Map) return merge_map(source, merged);
  const std::uint32_t line = tree_.cells[value].line;
  const char* const wrong = "\"<<\" merges neither a map nor a list of maps";
  if (tree_.cells[source].kind != Kind::List) fail(line, wrong);
  for (std::uint32_t entry = tree_.cells[source].first; entry != YamlTree::none; entry = tree_.cells[entry].next) {
    if (tree_.cells[resolved(entry)].kind != Kind::Map) fail(line, wrong);
    merge_map(resolved(entry), merged);
  }
}

void TreeBuilder::merge_map(std::uint32_t map, Merged& merged) {
  for (std::uint32_t key = tree_.cells[map].first; key != YamlTree::none;) {
    const std::uint32_t value = tree_.cells[key].next;
    const std::uint32_t following = tree_.cells[value].next;
    const YamlTree::Cell& source_key = tree_.cells[resolved(key)];
    const bool is_taken = source_key.kind != Kind::Scalar || merged.keys.insert(text_of(source_key)).second;
    if (is_taken && !tree_.cells[key].is_merge_key) {
      for (const std::uint32_t child : {key, value}) {
        tree_.cells.push_back({.kind = Kind::Alias, .line = tree_.cells[child].line, .first = resolved(child)});
        append(*merged.into, static_cast<std::uint32_t>(tree_.cells.size() - 1));
      }
    }
    key = following;
  }
}

std::uint32_t line_of(const YAML::Mark& mark) { return static_cast<std::uint32_t>(mark.line + 1); }

// NOLINTBEGIN(readability-identifier-naming): the parsers' names
class YamlEvents : public YAML::EventHandler {
 public:
  YamlEvents(TreeBuilder& builder, LimitedText& text) : builder_(builder), text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override { builder_.start_document(); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    text_.progressed(line_of(mark));
    builder_.add_null(line_of(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    text_.progressed(line_of(mark));
    builder_.add_scalar(line_of(mark), value, tag == "?" || tag == "tag:yaml.org,2002:merge", anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    text_.progressed(line_of(mark));
    builder_.add_alias(line_of(mark), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    text_.progressed(line_of(mark));
    builder_.begin(Kind::List, line_of(mark), anchor);
  }
  void OnSequenceEnd() override { builder_.end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    text_.progressed(line_of(mark));
    builder_.begin(Kind::Map, line_of(mark), anchor);
  }
  void OnMapEnd() override { builder_.end(); }

 private:
  TreeBuilder& builder_;
  LimitedText& text_;
};

// RapidJSON's stream, counting lines.
struct JsonText {
  using Ch = char;

  char Peek() const { return at < text.size() ? text[at] : '\0'; }
  char Take() {
    const char taken = Peek();
    if (taken == '\n') ++line;
    ++at;
    return taken;
  }
  std::size_t Tell() const { return at; }
  char* PutBegin() { return nullptr; }
  void Put(char) {}
  void Flush() {}
  std::size_t PutEnd(char*) { return 0; }

  std::string_view text;
  std::size_t at = 0;
  std::uint32_t line = 1;
};

class JsonEvents : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, JsonEvents> {
 public:
  JsonEvents(TreeBuilder& builder, const JsonText& text) : builder_(builder), text_(text) {}

  bool Null() {
    builder_.add_null(text_.line);
    return true;
  }
  bool Bool(bool value) { return scalar(value ? "true" : "false"); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return scalar({text, size}); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return scalar({text, size}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) { return scalar({text, size}); }
  bool StartObject() { return begin(Kind::Map); }
  bool EndObject(rapidjson::SizeType) { return end(); }
  bool StartArray() { return begin(Kind::List); }
  bool EndArray(rapidjson::SizeType) { return end(); }

 private:
  bool scalar(std::string_view text) {
    builder_.add_scalar(text_.line, text);
    return true;
  }
  bool begin(Kind kind) {
    builder_.begin(kind, text_.line);
    return true;
  }
  bool end() {
    builder_.end();
    return true;
  }

  TreeBuilder& builder_;
  const JsonText& text_;
};
// NOLINTEND(readability-identifier-naming)

// False: the text is not JSON; YAML's flow style looks like it.
bool build_from_json(std::string_view text, TreeBuilder& builder) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return false;
  JsonText stream{text};
  JsonEvents events(builder, stream);
  rapidjson::Reader reader;
  builder.start_document();
  return !reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(stream, events)
              .IsError();
}

}  // namespace

const YamlTree::Cell& YamlNode::resolved() const {
  const YamlTree::Cell& own = cell();
  return own.kind == Kind::Alias ? tree_->cells[own.first] : own;
}

std::string_view YamlNode::text() const {
  if (!is_scalar()) return {};
  return std::string_view(tree_->text).substr(resolved().first, resolved().size);
}

YamlNode YamlNode::operator[](std::string_view key) const {
  if (!is_map()) return {};
  for (YamlNode child = first_child(); child;) {
    const YamlNode value = child.next();
    if (child.is_scalar() && child.text() == key) return value;
    child = value.next();
  }
  return {};
}

YamlNode YamlNode::first_child() const {
  if (!is_list() && !is_map()) return {};
  const std::uint32_t first = resolved().first;
  return first == YamlTree::none ? YamlNode() : YamlNode(*tree_, first);
}

YamlNode YamlNode::next() const { return cell().next == YamlTree::none ? YamlNode() : YamlNode(*tree_, cell().next); }

struct YamlDocuments::Reader {
  explicit Reader(std::string_view whole_text) : whole(whole_text), text(whole_text), stream(&text) {}

  std::string_view whole;
  LimitedText text;
  std::istream stream;
  std::optional<YAML::Parser> parser;  // its making reads already
  TreeBuilder builder;
  YamlEvents events{builder, text};
  bool is_json = false;
};

YamlDocuments::YamlDocuments(std::string_view text) : reader_(std::make_unique<Reader>(text)) {}
YamlDocuments::~YamlDocuments() = default;

std::optional<YamlNode> YamlDocuments::next() {
  Reader& reader = *reader_;
  if (problem_ || reader.is_json) return std::nullopt;
  try {
    if (!reader.parser) {
      reader.is_json = build_from_json(reader.whole, reader.builder);
      if (reader.is_json) return YamlNode(reader.builder.tree(), 0);
      reader.builder = TreeBuilder();
      reader.parser.emplace(reader.stream);
    }
    const bool any = reader.parser->HandleNextDocument(reader.events);
    if (!any && !reader.text.cut_behind()) return std::nullopt;
  } catch (const YAML::Exception& error) {
    problem_ = {error.mark.line + 1, error.msg};
  } catch (const Refusal& refusal) {
    problem_ = {static_cast<int>(refusal.line), refusal.what};
  }
  if (const std::optional<std::uint32_t>& line = reader.text.cut_behind()) {
    problem_ = {static_cast<int>(*line),
                "a value of more than " + std::to_string(max_yaml_value_bytes >> 20) + " MiB begins here or below"};
  }
  if (problem_) return std::nullopt;
  const YamlTree& tree = reader.builder.tree();
  return tree.cells.empty() ? YamlNode() : YamlNode(tree, 0);
}

}  // namespace cnamedrop::policy

// SPDX-License-Identifier: Apache-2.0
// RapidJSON calls the handler as it reads; the file is never in memory as a whole.
#include "pods/pod_list.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "os/input_file.h"

namespace cnamedrop::pods {
namespace {

constexpr os::InputLimits limits{.bytes = std::size_t{2} << 30};  // 200 MiB are 20,000 pods
constexpr std::size_t max_kept_bytes = std::size_t{128} << 20;
constexpr std::size_t max_token_bytes = std::size_t{4} << 20;  // the API server takes objects of 1.5 MiB
constexpr int max_depth = 100;

// The interface that RapidJSON reads characters from. A text that goes on without any token ends early.
class Characters {
 public:
  using Ch = char;

  explicit Characters(os::InputFile& file) : file_(file) { fill(); }

  void token_ended() { token_began_ = Tell(); }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  char Peek() const { return at_ < filled_ ? block_[at_] : '\0'; }
  char Take() {
    const char c = Peek();
    if (at_ < filled_ && ++at_ == filled_) fill();
    return c;
  }
  std::size_t Tell() const { return before_ + at_; }
  // Only a stream that is written to has these.
  static char* PutBegin() { return nullptr; }
  static void Put(char) {}
  static void Flush() {}
  static std::size_t PutEnd(char*) { return 0; }
  // NOLINTEND(readability-identifier-naming)

 private:
  void fill() {
    before_ += filled_;
    at_ = 0;
    filled_ = Tell() - token_began_ > max_token_bytes ? 0 : file_.read(block_.data(), block_.size());
  }

  os::InputFile& file_;
  std::array<char, std::size_t{64} << 10> block_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::size_t before_ = 0;  // bytes in blocks before this one
  std::size_t token_began_ = 0;
};

// Where the parser is, by the keys that lead there: pods stand in items[], in an outermost array, or are the document.
class Handler {
 public:
  Handler(Characters& characters, PodList& pods) : characters_(characters), pods_(pods) {}

  const char* exceeded() const { return exceeded_; }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return token(); }
  bool Bool(bool) { return token(); }
  bool Int(int) { return token(); }
  bool Uint(unsigned) { return token(); }
  bool Int64(std::int64_t) { return token(); }
  bool Uint64(std::uint64_t) { return token(); }
  bool Double(double) { return token(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return token(); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    take_text({text, size});
    return token();
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ <= deepest_key) keys_[static_cast<std::size_t>(depth_)].assign(text, size);
    return token();
  }
  bool StartObject() { return enter(""); }
  bool StartArray() { return enter("[]"); }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return depth_ == pod_depth() ? pod_ended() : token();
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return token();
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  static constexpr int deepest_key = 5;  // items, [], metadata, labels, app

  bool token() {
    characters_.token_ended();
    return true;
  }
  bool enter(const char* key) {
    if (++depth_ > max_depth) return fail("is nested too deep");
    if (depth_ <= deepest_key) keys_[static_cast<std::size_t>(depth_)] = key;
    return token();
  }
  bool fail(const char* why) {
    exceeded_ = why;
    return false;
  }

  // The depth at which a pod stands: 0 for the document itself.
  int pod_depth() const {
    if (keys_[1] == "[]") return 1;
    return keys_[1] == "items" && keys_[2] == "[]" ? 2 : 0;
  }
  std::string& key(int below_pod) { return keys_[static_cast<std::size_t>(pod_depth() + below_pod)]; }

  void take_text(std::string_view text) {
    const int below = depth_ - pod_depth();
    if (below < 2 || below > 3 || key(1) != "metadata") return;
    if (below == 3) {
      if (key(2) == "labels") pod_.labels[key(3)] = text;
    } else if (key(2) == "name") {
      pod_.name = text;
    } else if (key(2) == "namespace") {
      pod_.namespace_name = text;
    } else if (key(2) == "uid") {
      pod_.uid = text;
    }
  }

  bool pod_ended() {
    kept_ += pod_.uid.size() + pod_.name.size() + pod_.namespace_name.size() + sizeof(ListedPod);
    for (const auto& [label, value] : pod_.labels) kept_ += label.size() + value.size() + 64;
    if (kept_ > max_kept_bytes) return fail("has more pods and labels than are kept in memory");
    if (!pod_.name.empty()) pods_.add(std::move(pod_));
    pod_ = {};
    return token();
  }

  Characters& characters_;
  PodList& pods_;
  ListedPod pod_;
  std::array<std::string, deepest_key + 1> keys_;
  int depth_ = 0;
  std::size_t kept_ = 0;
  const char* exceeded_ = nullptr;
};

std::string name_key(const std::string& namespace_name, const std::string& name) { return namespace_name + '/' + name; }

}  // namespace

void PodList::add(ListedPod pod) {
  const std::size_t index = pods_.size();
  if (!pod.uid.empty()) by_uid_.insert_or_assign(pod.uid, index);
  by_name_.insert_or_assign(name_key(pod.namespace_name, pod.name), index);
  pods_.push_back(std::move(pod));
}

const ListedPod* PodList::find(const Pod& pod) const {
  const bool by_uid = !pod.uid.empty();
  const auto& index = by_uid ? by_uid_ : by_name_;
  const auto found = index.find(by_uid ? pod.uid : name_key(pod.namespace_name, pod.name));
  return found == index.end() ? nullptr : &pods_[found->second];
}

Result<PodList> read_pod_list(const std::filesystem::path& path) {
  Result<os::InputFile> file = os::InputFile::open(path, "a list of pods", limits);
  if (!file) return file.error();
  PodList pods;
  Characters characters(*file);
  Handler handler(characters, pods);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<rapidjson::kParseIterativeFlag>(characters, handler);
  if (!file->problem().empty()) return Error{file->problem()};
  if (!result.IsError() && pods.size() != 0) return pods;
  std::string why = ": has no pods; wanted is the output of kubectl get pods -A -o json";
  if (handler.exceeded() != nullptr)
    why = std::string(": ") + handler.exceeded();
  else if (result.IsError())
    why = ": offset " + std::to_string(result.Offset()) + ": " + rapidjson::GetParseError_En(result.Code());
  return Error{path.string() + why};
}

}  // namespace cnamedrop::pods

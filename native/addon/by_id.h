// Objects that any thread of the process finds by number, as long as somebody holds them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace fvm {

template <class T>
class ById {
 public:
  template <class... Arguments>
  static std::shared_ptr<T> make(Arguments&&... arguments) {
    auto made = std::make_shared<T>(std::forward<Arguments>(arguments)...);
    Directory& all = directory();
    std::lock_guard lock(all.mutex);
    made->id_ = ++all.last;
    all.entries.emplace(all.last, made);
    return made;
  }

  // Null if there is none any more.
  static std::shared_ptr<T> find(uint64_t id) {
    Directory& all = directory();
    std::lock_guard lock(all.mutex);
    const auto found = all.entries.find(id);
    return found == all.entries.end() ? nullptr : found->second.lock();
  }

  uint64_t id() const { return id_; }

 protected:
  ~ById() {
    Directory& all = directory();
    std::lock_guard lock(all.mutex);
    all.entries.erase(id_);
  }

 private:
  struct Directory {
    std::mutex mutex;
    uint64_t last = 0;
    std::unordered_map<uint64_t, std::weak_ptr<T>> entries;
  };
  static Directory& directory() {
    // Never destroyed: threads may outlive static destruction.
    static auto* all = new Directory;
    return *all;
  }

  uint64_t id_ = 0;
};

}  // namespace fvm

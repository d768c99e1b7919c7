// A list that mostly stays short: its first elements lie in the list itself, and only a longer one
// takes memory. It is for what a function of the hot paths gathers, reads and drops again, where
// taking and returning memory would cost more than the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace grammask {

template <typename T, size_t kInline>
class ShortList {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>);

 public:
  ShortList() = default;
  template <typename Range>
  explicit ShortList(const Range& range) {
    append(std::begin(range), std::end(range));
  }
  ShortList(const ShortList&) = delete;
  ShortList& operator=(const ShortList&) = delete;

  T* data() { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* data() const { return data_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }
  T& back() { return data_[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) Grow(size_ + 1);
    data_[size_++] = value;
  }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  // The range is none of this list.
  template <typename Iterator>
  void append(Iterator first, Iterator last) {
    const auto count = static_cast<size_t>(std::distance(first, last));
    if (size_ + count > capacity_) Grow(size_ + count);
    std::copy(first, last, data_ + size_);
    size_ += count;
  }
  void resize(size_t count, T value) {
    if (count > capacity_) Grow(count);
    std::fill(data_ + std::min(size_, count), data_ + count, value);
    size_ = count;
  }
  // Drops the elements from here on.
  void truncate(const T* at) { size_ = static_cast<size_t>(at - data_); }

 private:
  void Grow(size_t least) {
    capacity_ = std::max(least, 2 * capacity_);
    std::unique_ptr<T[]> larger(new T[capacity_]);
    std::copy(data_, data_ + size_, larger.get());
    heap_ = std::move(larger);
    data_ = heap_.get();
  }

  T inline_[kInline];
  std::unique_ptr<T[]> heap_;
  T* data_ = inline_;
  size_t size_ = 0, capacity_ = kInline;
};

// Sorts a list and drops what is there twice.
template <typename T, size_t kInline>
void SortUnique(ShortList<T, kInline>* list) {
  std::sort(list->begin(), list->end());
  list->truncate(std::unique(list->begin(), list->end()));
}

}  // namespace grammask

// Errors as values.
//
// Core code never throws. A function that can fail returns Status or Result<T>; both are
// [[nodiscard]]. The addon turns a Status into a GrammaskError in one place. Codes are the names of
// the public ErrorCode type, so that nothing is translated twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace grammask {

enum class Code : uint8_t {
  kOk,
  kArgument,              // bad argument, short mask
  kSyntax,                // source text or buffer that cannot be read
  kSchema,                // a schema that means nothing ($ref cycle without consumption)
  kUnsupported,           // a construct with a meaning that is not enforced
  kVocabulary,            // unusable token list
  kVocabularyIncomplete,  // a byte of the language that no token spells
  kTokenRange,            // token id out of range
  kState,                 // wrong order of calls
  kBusy,                  // a change under a pending mask
  kDeadline,              // out of time
  kMemory,                // out of the memory budget
  kLogits,                // NaN, or nothing left to draw from
  kDeadEnd,               // nothing can follow
};

const char* CodeName(Code code);  // "ARGUMENT", "SYNTAX", …

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message, std::string hint = "")
      : code_(code), message_(std::move(message)), hint_(std::move(hint)) {}
  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }

 private:
  Code code_ = Code::kOk;
  std::string message_;
  std::string hint_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}          // NOLINT: implicit by design
  Result(Status status) : status_(std::move(status)) {}  // NOLINT: implicit by design
  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace grammask

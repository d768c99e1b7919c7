#include "base/status.h"

namespace grammask {

const char* CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "OK";
    case Code::kArgument:
      return "ARGUMENT";
    case Code::kSyntax:
      return "SYNTAX";
    case Code::kSchema:
      return "SCHEMA";
    case Code::kUnsupported:
      return "UNSUPPORTED";
    case Code::kVocabulary:
      return "VOCABULARY";
    case Code::kVocabularyIncomplete:
      return "VOCABULARY_INCOMPLETE";
    case Code::kTokenRange:
      return "TOKEN_RANGE";
    case Code::kState:
      return "STATE";
    case Code::kBusy:
      return "BUSY";
    case Code::kDeadline:
      return "DEADLINE";
    case Code::kMemory:
      return "MEMORY";
    case Code::kLogits:
      return "LOGITS";
    case Code::kDeadEnd:
      return "DEAD_END";
  }
  return "ARGUMENT";
}

}  // namespace grammask

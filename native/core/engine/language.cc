// A language without a vocabulary: membership, prefixes, explanations.
#include <algorithm>

#include "automata/few_texts.h"
#include "engine/language_impl.h"
#include "schema/json_frames.h"

namespace grammask {
namespace {

constexpr size_t kCollectAt = size_t{64} << 20;
constexpr size_t kMostKept = size_t{1} << 20;  // bytes of cells, from one text to the next

struct Reading {
  CellId config = 0;   // 0: the input is no prefix
  CellId last = 0;     // the last configuration that lived
  uint64_t bytes = 0;  // text bytes read until there
};

constexpr size_t kMostListed = 20;  // tokens of a set that a description names

std::string DescribeTokens(const TokenSymbol& symbol) {
  std::string list;
  size_t listed = 0;
  auto add = [&](std::string_view text) {
    if (++listed > kMostListed) return;
    list += list.empty() ? "" : ", ";
    list += listed == kMostListed ? "…" : text;
  };
  for (const IdRange& range : symbol.ids) {
    if (listed >= kMostListed) break;
    const std::string lo = std::to_string(range.lo), hi = std::to_string(range.hi);
    add(range.lo == range.hi ? lo : lo + " to " + hi);
  }
  for (std::string_view name : symbol.names) {
    if (listed >= kMostListed) break;
    add(name);
  }
  if (symbol.excluded) return list.empty() ? "any token" : "any token but " + list;
  return list.find(", ") == std::string::npos ? "the token " + list : "one of the tokens " + list;
}

Status Read(Machine& machine, StepMemo& steps, std::span<const InputPiece> input,
            Reading* reading) {
  CellStore& cells = machine.cells();
  reading->config = reading->last = machine.Start();
  size_t collect_at = NextCollection(0, kCollectAt, machine.memory_limit);
  auto stopped = [&] { return machine.budget->exhausted(); };
  for (const InputPiece& piece : input) {
    if (reading->config == 0) break;
    if (piece.is_token) {
      reading->config = machine.StepToken(reading->config, [&](const TokenSymbol& symbol) {
        const bool listed =
            piece.token_name.empty() ? symbol.HasId(piece.token) : symbol.HasName(piece.token_name);
        return listed != symbol.excluded;
      });
      if (reading->config != 0) reading->last = reading->config;
      continue;
    }
    for (char c : piece.bytes) {
      const auto byte = static_cast<uint8_t>(c);
      if (const CellId* known = steps.Find(reading->config, byte)) {
        reading->config = *known;
        machine.budget->Tick();
        if (stopped()) return machine.budget->status();
      } else {
        const CellId next = machine.Step(reading->config, byte);
        if (stopped()) return machine.budget->status();
        steps.Put(reading->config, byte, next);
        reading->config = next;
      }
      if (reading->config == 0) break;
      reading->last = reading->config;
      ++reading->bytes;
      if (cells.MemoryBytes() > collect_at) {
        CellId* roots[] = {&reading->config, &reading->last};
        cells.Collect(roots);
        machine.DropMemos();
        steps.Clear();
        collect_at = NextCollection(cells.MemoryBytes(), kCollectAt, machine.memory_limit);
      }
    }
  }
  return stopped() ? machine.budget->status() : Status();
}

}  // namespace

Language::Language(std::unique_ptr<LanguageImpl> impl) : impl(std::move(impl)) {}
Language::~Language() = default;

Result<std::shared_ptr<Language>> Language::Create(std::span<const uint8_t> program,
                                                   const Limits& limits) {
  Result<Program> read = ReadProgram(program);
  if (!read.ok()) return read.status();
  auto impl = std::make_unique<LanguageImpl>();
  Budget budget(limits.timeout_ms, limits.memory_bytes);
  Result<std::unique_ptr<Grammar>> grammar =
      Grammar::Create(std::move(read).value(), impl->statics, budget);
  if (!grammar.ok()) return grammar.status();
  impl->grammar = std::move(grammar).value();
  return std::make_shared<Language>(std::move(impl));
}

namespace {

template <typename Work>
Status WithMachine(LanguageImpl& language, const Limits& limits, Work work) {
  std::lock_guard<std::mutex> lock(language.mutex);
  Budget budget(limits.timeout_ms, 0);
  const size_t memory_limit = limits.memory_bytes == 0 ? kDefaultFamilyBytes : limits.memory_bytes;
  // What was kept must not use up what this text may take.
  language.KeepCells(std::min(kMostKept, memory_limit / 8));
  Machine machine(*language.grammar, language.cells);
  machine.budget = &budget;
  machine.typed = Machine::Typed::kNoSlots;  // nobody answers here
  machine.memory_limit = memory_limit;
  Status status;
  {
    BudgetScope scope(*language.grammar, budget);
    status = work(machine);
  }
  language.KeepCells(kMostKept);
  return status;
}

}  // namespace

Result<bool> Language::Test(std::span<const InputPiece> input, const Limits& limits) {
  bool accepted = false;
  Status status = WithMachine(*impl, limits, [&](Machine& machine) {
    Reading reading;
    Status read = Read(machine, impl->steps, input, &reading);
    accepted = reading.config != 0 && machine.Accepting(reading.config);
    return read;
  });
  if (!status.ok()) return status;
  return accepted;
}

Result<bool> Language::TestPrefix(std::span<const InputPiece> input, const Limits& limits) {
  bool viable = false;
  Status status = WithMachine(*impl, limits, [&](Machine& machine) {
    Reading reading;
    Status read = Read(machine, impl->steps, input, &reading);
    viable = reading.config != 0;
    return read;
  });
  if (!status.ok()) return status;
  return viable;
}

Result<bool> Language::Satisfiable(const Limits& limits, bool* undecided) {
  bool satisfiable = false;
  Status status = WithMachine(*impl, limits, [&](Machine& machine) {
    satisfiable = machine.Start() != 0;
    *undecided = false;
    for (uint32_t i = 0; i < impl->grammar->schema_count(); ++i)
      *undecided |= impl->grammar->schema(i).undecided != 0;
    return machine.budget->exhausted() ? machine.budget->status() : Status();
  });
  if (!status.ok()) return status;
  return satisfiable;
}

Result<Explanation> Language::Explain(std::span<const InputPiece> input, const Limits& limits) {
  Explanation explanation;
  Status status = WithMachine(*impl, limits, [&](Machine& machine) {
    Reading reading;
    Status read = Read(machine, impl->steps, input, &reading);
    if (!read.ok()) return read;
    explanation.viable = reading.config != 0;
    explanation.accepted = explanation.viable && machine.Accepting(reading.config);
    explanation.valid_bytes = reading.bytes;
    CellStore& cells = machine.cells();
    std::unordered_set<uint32_t> described;  // token sets
    for (CellId node : machine.Nodes(reading.last)) {
      std::span<const uint32_t> d = cells.data(node);
      switch (cells.kind(node)) {
        case kDone:
          explanation.expected.push_back("the end of the text");
          break;
        case kTerminal:
        case kLimited:
        case kSlot: {
          ByteAutomaton& bytes = machine.grammar().statics().bytes;
          explanation.expected.push_back(
              bytes.AtBorder(d[2]) ? DescribeFirst(machine.grammar().statics().pool,
                                                   bytes.ExprOf(d[2]), bytes.EncodingOf(d[2]))
                                   : "the rest of a character");
          break;
        }
        case kTokenWait: {
          const uint32_t set = machine.grammar().item(d[1]).arg;
          if (described.insert(set).second)
            explanation.expected.push_back(DescribeTokens(machine.grammar().token(set)));
          break;
        }
        default:
          JsonFrames(machine, d[0]).Describe(node, &explanation.expected);
      }
    }
    std::vector<std::string>& words = explanation.expected;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return Status();
  });
  if (!status.ok()) return status;
  return explanation;
}

}  // namespace grammask

// Tokens along the names of an object, those listed and those that were written.
//
// A member name in progress that only these decide needs no step of the parser: its bytes are
// compared with the list, which is sorted, and with the trie of the names that were written. At
// each trie node of the vocabulary stand the names that begin like what was read, an interval of
// the list and a place in that trie, and perhaps an escape or a code point that is not complete.
#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "mask/mask.h"
#include "mask/words.h"
#include "schema/json_frames.h"
#include "schema/text_trie.h"

namespace grammask {
namespace {

class NameList {
 public:
  NameList(JsonFrames& frames, const CellStore& cells, CellId key, const JsonFrames::Listed& listed)
      : frames_(frames), cells_(cells), key_(key), names_(*listed.names), listed_(listed) {}

  NamePlace Start() const {
    return WithBytes({{}, listed_.lo, listed_.hi, listed_.bytes, listed_.written, {}});
  }

  // The listed name that ends here.
  std::optional<uint32_t> Whole(const NamePlace& place) const {
    if (place.lo == place.hi || names_[place.lo].size() != place.at) return std::nullopt;
    return place.lo;
  }

  // Behind one byte of text more; nullopt where no name of these begins so, or none that may be
  // written and no other may.
  std::optional<NamePlace> Behind(const NamePlace& place, uint8_t byte) const {
    NamePlace next = place;
    uint32_t point = 0;
    switch (DecodeByte(byte, listed_.spelling, &next.decoder, &point)) {
      case Decoded::kPartial:
        if (!SomeGoOn(next)) return std::nullopt;
        next.next = BytesWithin(next.decoder);
        return next;
      case Decoded::kCodePoint:
        break;
      default:
        return std::nullopt;
    }
    Narrow(point, &next);
    next.written = ChildOfTrie(cells_, next.written, point);
    const bool on =
        listed_.others ? next.lo < next.hi || next.written != 0 : SomeMayEnd(next.lo, next.hi);
    return on ? std::optional<NamePlace>(WithBytes(next)) : std::nullopt;
  }

 private:
  uint8_t ByteOf(uint32_t name, uint32_t at) const {
    return static_cast<uint8_t>(names_[name][at]);
  }
  // Names lo..hi begin alike: the end of those that have one more byte in common.
  uint32_t EndOf(uint32_t lo, uint32_t hi, uint32_t at) const {
    const uint8_t byte = ByteOf(lo, at);
    if (ByteOf(hi - 1, at) == byte) return hi;
    auto end = std::partition_point(
        names_.begin() + lo, names_.begin() + hi,
        [&](const std::string& name) { return static_cast<uint8_t>(name[at]) == byte; });
    return static_cast<uint32_t>(end - names_.begin());
  }
  void Narrow(uint32_t point, NamePlace* place) const {
    std::string bytes;
    AppendUtf8(point, &bytes);
    uint32_t& lo = place->lo;
    for (char c : bytes) {
      if (lo < place->hi && names_[lo].size() == place->at) ++lo;
      while (lo < place->hi && ByteOf(lo, place->at) != static_cast<uint8_t>(c))
        lo = EndOf(lo, place->hi, place->at);
      if (lo < place->hi) place->hi = EndOf(lo, place->hi, place->at);
      ++place->at;
    }
  }
  NamePlace WithBytes(NamePlace place) const {
    uint32_t lo = place.lo;
    place.next = {};
    if (lo < place.hi && names_[lo].size() == place.at) ++lo;
    for (; lo < place.hi; lo = EndOf(lo, place.hi, place.at))
      AddByte(&place.next, ByteOf(lo, place.at));
    if (place.written != 0) {
      for (uint32_t point : cells_.data(place.written).subspan(1)) {
        std::string bytes;
        AppendUtf8(point, &bytes);
        AddByte(&place.next, static_cast<uint8_t>(bytes[0]));
      }
    }
    AddBytesOf(&place.next, "\"\\");
    return place;
  }
  bool SomeMayEnd(uint32_t lo, uint32_t hi) const {
    while (lo < hi && !frames_.NameMayEnd(key_, lo)) ++lo;
    return lo < hi;
  }
  // Does some name go on with a code point that the begun one can become?
  bool SomeGoOn(const NamePlace& place) const {
    CodePoints ranges[kMostReachable];
    const int count = Reachable(place.decoder, listed_.spelling, ranges);
    auto reached = [&](uint32_t point) {
      return std::any_of(ranges, ranges + count, [&](const CodePoints& range) {
        return range.lo <= point && point <= range.hi;
      });
    };
    for (uint32_t name = place.lo; name < place.hi; ++name) {
      if (names_[name].size() == place.at || !reached(CodePointAt(names_[name], place.at)))
        continue;
      if (listed_.others || frames_.NameMayEnd(key_, name)) return true;
    }
    if (place.written == 0) return false;
    std::span<const uint32_t> points = cells_.data(place.written).subspan(1);
    return std::any_of(points.begin(), points.end(), reached);
  }

  JsonFrames& frames_;
  const CellStore& cells_;
  CellId key_;
  const std::vector<std::string>& names_;
  const JsonFrames::Listed& listed_;
};

}  // namespace

// As WalkPaths does. Where other names may be written too, every beginning is allowed already, and
// only tokens that end a name are of interest.
void MaskEngine::WalkNames(Machine& machine, CellId config, MaskWords* mask,
                           std::vector<uint32_t>* exits) {
  const CellId key = machine.Nodes(config)[0];
  JsonFrames frames(machine, machine.cells().data(key)[0]);
  const std::optional<JsonFrames::Listed> listed = frames.ListedNames(key);
  if (!listed) return WalkPaths(machine, config, mask, exits);
  NameList names(frames, machine.cells(), key, *listed);
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  name_places_[0] = names.Start();
  auto walk = [&](uint32_t first, uint32_t end) {
    for (uint32_t n = first; n < end;) {
      const TrieNode& node = nodes[n];
      const NamePlace& before = name_places_[node.depth - 1];
      if (!HasByte(before.next, node.byte)) {
        n = node.end;
        continue;
      }
      ++walked_;
      if (node.byte == '"' && before.decoder == DecoderState{}) {
        const std::optional<uint32_t> name = names.Whole(before);
        if (name || EndsInTrie(machine.cells(), before.written))
          ClearBits(TokensBelow(node), mask->data());
        if (name && frames.NameMayEnd(key, *name)) exits->push_back(n);
        n = node.end;
        continue;
      }
      const bool dull = listed->others && (node.flags & kSubtreeQuote) == 0;
      std::optional<NamePlace> place = dull ? std::nullopt : names.Behind(before, node.byte);
      if (!place) {
        n = node.end;
        continue;
      }
      SetBits(TokensAt(node), mask->data());
      if (++n < node.end) name_places_[node.depth] = *place;
    }
  };
  vocabulary_->ForEachFirstByte(
      [&](uint8_t byte, uint32_t, uint32_t) { return HasByte(name_places_[0].next, byte); }, walk);
}

}  // namespace grammask

"""Encoded rows, made shard by shard: each has a seed of its own, so that an interrupted run makes the same ones again.

    python data.py --work FOLDER [--shards N]

A row is `prefix-mark before suffix-mark after middle-mark gap end`, or plain text. FOLDER/shards/N.npz holds rows one behind the other.
"""

import argparse
import bisect
import os
import random
from pathlib import Path

import numpy as np
from fim import gap
from overlap import excluded
from programs import program_of
from sources import load, restyle

SHARD = 4000
# Rows of at most so many tokens, and how many of 100 rows.
LENGTHS = [(96, 12), (160, 24), (256, 30), (384, 18), (640, 11), (1000, 5)]
PLAIN = 0.03
GENERATED = 0.55


class Maker:
    """Makes rows of texts."""

    def __init__(self, work):
        from tokenizer import FOLDER
        from tokenizers import Tokenizer
        self.tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
        self.train, self.heldout = load(work / "sources.jsonl", excluded())
        self.ends = []
        total = 0
        for _, text in self.train:
            total += min(len(text), 30_000)
            self.ends.append(total)

    def encode(self, parts):
        return [e.ids for e in self.tokenizer.encode_batch(parts, add_special_tokens=False)]

    def source(self, r):
        _, text = self.train[bisect.bisect(self.ends, r.random() * self.ends[-1])]
        return restyle(r, text)

    def window(self, r, text, room):
        """Lines of the text of about so many tokens; whole where it is short."""
        lines = text.rstrip("\n").split("\n")
        costs = [max(1, round(len(line.strip()) / 3.1)) + 1 for line in lines]
        if sum(costs) <= room:
            return lines
        starts = [i for i, line in enumerate(lines) if line[:1] not in (" ", "\t", "}", ")", "]", "")] if r.random() < 0.6 else []
        first = r.choice(starts or range(len(lines)))
        end, used = first, 0
        while end < len(lines) and used + costs[end] <= room:
            used += costs[end]
            end += 1
        while first > 0 and used + costs[first - 1] <= room and r.random() < 0.9:
            first -= 1
            used += costs[first]
        return lines[first:end]

    def row(self, r, text, longest):
        """-> (ids, index of the first id of the gap), or None"""
        lines = self.window(r, text, longest - 8)
        if r.random() < PLAIN:
            ids, = self.encode(["\n".join(lines) + "\n"])
            return ids[:longest - 1], len(ids)
        found = gap(r, lines)
        if found is None:
            return None
        from tokenizer import END, MIDDLE, PREFIX, SUFFIX
        before, middle, after = self.encode(list(found))
        over = len(before) + len(middle) + len(after) + 4 - longest
        if over > 0:
            # As a prompt that is too long: what is far from the gap goes.
            cut = min(over, max(0, len(before) - 8))
            before, after = before[cut:], after[:max(0, len(after) - (over - cut))]
        if len(middle) > 90:
            return None
        prompt = [PREFIX, *before, SUFFIX, *after, MIDDLE]
        return prompt + middle + [END], len(prompt)

    def shard(self, seed, index):
        r = random.Random(f"shard/{seed}/{index}")
        rows, number = [], index * SHARD
        lengths, weights = zip(*LENGTHS)
        while len(rows) < SHARD:
            longest = r.choices(lengths, weights)[0]
            if r.random() < GENERATED:
                text = program_of(seed, number)
                number += 1
            else:
                text = self.source(r)
            made = self.row(r, text, longest)
            if made is not None and len(made[0]) > 16:
                rows.append(made)
        return rows


def save(path, rows):
    part = path.with_suffix(".part.npz")
    np.savez(part, ids=np.concatenate([np.array(ids, np.uint16) for ids, _ in rows]),
             lengths=np.array([len(ids) for ids, _ in rows], np.int32), starts=np.array([start for _, start in rows], np.int32))
    os.replace(part, path)


def read(path):
    """-> list of (ids, index of the first id of the gap)"""
    saved = np.load(path)
    ids = np.split(saved["ids"].astype(np.int64), np.cumsum(saved["lengths"])[:-1])
    return list(zip(ids, saved["starts"].tolist()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    folder = args.work / "shards"
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(args.work)
    total = 0
    for index in range(args.shards):
        path = folder / f"{index}.npz"
        if not path.exists():
            save(path, maker.shard(args.seed, index))
        total += len(np.load(path)["ids"])
        print(f"shard {index}: {total / 1e6:.2f} M tokens so far", flush=True)


if __name__ == "__main__":
    main()

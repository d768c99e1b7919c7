"""Batches of encoded examples. They come in pools, each with a seed of its own, so that several processes can make them."""

import itertools
import math
import multiprocessing
import random
from collections import deque
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from generate import HELDOUT_TEXTS, dump, example, render
from tokenizer import END, FOLDER, JSON, PAD, SCHEMA, TEXT
from tokenizers import Tokenizer

LONGEST = 384
SHORT = 128
POOL = 4096
TOKENIZERS = {}


def encode(tokenizer, examples):
    """-> list of (ids, index of the first JSON token)."""
    parts = [part for text, schema, value in examples for part in (render(schema), text, dump(value))]
    encoded = [e.ids for e in tokenizer.encode_batch(parts, add_special_tokens=False)]
    rows = []
    for schema, text, value in zip(encoded[0::3], encoded[1::3], encoded[2::3]):
        prompt = [SCHEMA, *schema, TEXT, *text, JSON]
        rows.append((prompt + value + [END], len(prompt)))
    return rows


def arrays(rows):
    """-> (ids padded on the right, positions in them whose next token belongs to an answer, those next tokens)"""
    width = math.ceil((max(len(ids) for ids, _ in rows) - 1) / 8) * 8
    x = np.full((len(rows), width), PAD, np.int16)
    at, wanted = [], []
    for i, (ids, start) in enumerate(rows):
        x[i, :len(ids) - 1] = ids[:-1]
        at.extend(range(i * width + start - 1, i * width + len(ids) - 1))
        wanted.extend(ids[start:])
    return x, np.array(at, np.int32), np.array(wanted, np.int16)


def pool(seed, index, tokens_per_batch, easy):
    """The batches of a pool, of rows of like length; an easy pool has only short examples, another a quarter of them."""
    if "here" not in TOKENIZERS:
        TOKENIZERS["here"] = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    r = random.Random(f"{seed}/{index}")
    share, longest = (1.0, SHORT) if easy else (0.25, LONGEST)
    examples = [example(r, 3 if r.random() < share else r.choice([6, 10, 10])) for _ in range(POOL)]
    examples = [e for e in examples if e[0] not in HELDOUT_TEXTS]
    rows = [row for row in encode(TOKENIZERS["here"], examples) if len(row[0]) <= longest]
    rows.sort(key=lambda row: len(row[0]) + r.random() * 8)
    out, at = [], 0
    while at < len(rows):
        count = max(1, tokens_per_batch // (len(rows[min(at + tokens_per_batch // 128, len(rows) - 1)][0]) + 8))
        out.append(arrays(rows[at:at + count]))
        at += count
    r.shuffle(out)
    return out


def pools(seed, first, tokens_per_batch, easy_pools, workers):
    """(index, batches) of one pool after the other, made ahead by `workers` processes, or here where there are none."""
    if not workers:
        return ((index, pool(seed, index, tokens_per_batch, index < easy_pools)) for index in itertools.count(first))
    # Forked at once, before the caller starts CUDA or threads.
    made = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))
    order = lambda index: made.submit(pool, seed, index, tokens_per_batch, index < easy_pools)
    ahead = deque(order(first + i) for i in range(3 * workers))

    def take():
        try:
            for index in itertools.count(first):
                batches = ahead.popleft().result()
                ahead.append(order(index + 3 * workers))
                yield index, batches
        finally:
            made.shutdown(wait=False, cancel_futures=True)

    return take()

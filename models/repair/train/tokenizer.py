"""Trains the byte-level BPE on TypeScript and writes the tokenizer and settings files of the model folder.

A token is a part of a word, with a blank in front or not, a digit, a run of signs, or a line end with the indentation behind it. Words are cut
at capitals, so that a name has the same tokens wherever it stands.
"""

import argparse
import random
from pathlib import Path

import shared  # noqa: F401
from bpe import train_tokenizer, write_settings
from overlap import excluded
from programs import program_of
from sources import load, restyle

FOLDER = Path(__file__).resolve().parent.parent
# The spellings of Qwen2.5-Coder.
SPECIAL = ["<|fim_pad|>", "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
PAD, END, PREFIX, SUFFIX, MIDDLE = range(5)
PATTERN = r"\n[\n ]*| {2,}|\t+| ?[A-Z]?[a-z]+| ?[A-Z]+(?![a-z])| ?[0-9]| ?[^\sA-Za-z0-9]+|\s"
VOCAB = 4096
CONTEXT = 1024


def corpus(work, seed=11):
    r = random.Random(seed)
    train, _ = load(work / "sources.jsonl", excluded())
    r.shuffle(train)
    for _, text in train:
        yield restyle(r, text)[:20_000]
    for index in range(16_000):
        yield program_of(seed, index)


def settings(shape):
    """The settings files for the sizes in `shape` (model.Shape)."""
    write_settings(FOLDER, shape, CONTEXT, SPECIAL, END, END, PAD, {"add_bos_token": False})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    train_tokenizer(FOLDER, PATTERN, VOCAB, SPECIAL, corpus(parser.parse_args().work))

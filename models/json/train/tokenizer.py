"""Trains the byte-level BPE and writes the tokenizer and settings files of the model folder.

Words, digits and punctuation never share a token, so a word has the same tokens in the text and in the JSON. Only
runs of JSON punctuation (such as `":"`) are merged.
"""

import random
from pathlib import Path

import shared  # noqa: F401
from bpe import train_tokenizer, write_settings
from generate import dump, example, render

FOLDER = Path(__file__).resolve().parent.parent
SPECIAL = ["<|pad|>", "<|end|>", "<|schema|>", "<|text|>", "<|json|>"]
PAD, END, SCHEMA, TEXT, JSON = range(5)
PATTERN = r'["{}\[\]:,]+|[0-9]|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z0-9]'
VOCAB = 3072
CONTEXT = 1024


def corpus(count=40000, seed=11):
    r = random.Random(seed)
    for _ in range(count):
        text, schema, value = example(r)
        yield from (render(schema), text, dump(value))


def settings(shape):
    """The settings files for the sizes in `shape` (model.Shape)."""
    template = (FOLDER / "train" / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    write_settings(FOLDER, shape, CONTEXT, SPECIAL, SCHEMA, END, PAD, {"chat_template": template})


if __name__ == "__main__":
    from model import Shape

    train_tokenizer(FOLDER, PATTERN, VOCAB, SPECIAL, corpus())
    settings(Shape())

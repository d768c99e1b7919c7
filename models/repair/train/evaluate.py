"""How well the model of the folder fills gaps that it was never trained on: bits a byte, and lines that greedy decoding gets right.

    python evaluate.py [--work FOLDER] [--count 300] [--show]

Gaps come from generated programs of a seed that training does not use, and, with the work folder, from files of packages that were kept
apart. No constraint: what the model writes by itself.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import onnxruntime
from data import Maker
from fim import gap
from programs import program_of
from shape import SHAPE
from tokenizer import CONTEXT, END, FOLDER, MIDDLE, PREFIX, SUFFIX
from tokenizers import Tokenizer

SEED = 20_000


class Runner:
    """The ONNX file, one prompt at a time."""

    def __init__(self, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(FOLDER / "onnx" / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self.names = [o.name for o in self.session.get_outputs()]

    def step(self, ids, at, cache, keep):
        out = dict(zip(self.names, self.session.run(None, {
            "input_ids": np.array([ids], np.int64), "attention_mask": np.ones((1, at + len(ids)), np.int64),
            "position_ids": np.arange(at, at + len(ids))[None], "num_logits_to_keep": np.array(keep), **cache})))
        return out["logits"][0], {name: out[name.replace("past_key_values", "present")] for name in cache}

    def empty(self):
        return {f"past_key_values.{i}.{part}": np.zeros((1, SHAPE.kv_heads, 0, SHAPE.head_dim), np.float32)
                for i in range(SHAPE.layers) for part in ("key", "value")}

    def bits(self, prompt, answer):
        """Of the answer after the prompt."""
        ids = [*prompt, *answer]
        logits, _ = self.step(ids[:-1], 0, self.empty(), len(answer))
        logits = logits.astype(np.float64)
        total = np.log(np.exp(logits - logits.max(-1, keepdims=True)).sum(-1)) + logits.max(-1)
        return float((total - logits[np.arange(len(answer)), answer]).sum() / np.log(2))

    def write(self, prompt, longest=48):
        logits, cache = self.step(prompt, 0, self.empty(), 1)
        made, at = [], len(prompt)
        while len(made) < longest:
            best = int(logits[-1].argmax())
            if best <= MIDDLE:
                return made
            made.append(best)
            logits, cache = self.step([best], at, cache, 1)
            at += 1
        return made


def prompts(tokenizer, texts, r):
    """(prompt, the line that is left out, what stands around it in words) of a whole-line gap of each text."""
    for text in texts:
        found = gap(r, text.rstrip("\n").split("\n"), whole=1.0, several=0.0)
        if found is None:
            continue
        before, middle, after = (tokenizer.encode(part, add_special_tokens=False).ids for part in found)
        room = (CONTEXT - 64 - len(middle)) // 2
        yield [PREFIX, *before[-room:], SUFFIX, *after[:room], MIDDLE], middle + [END], found[1]


def score(name, runner, tokenizer, texts, count, show):
    r = random.Random(f"evaluate/{name}")
    bits = length = right = total = 0
    for prompt, middle, text in prompts(tokenizer, texts, r):
        if total == count:
            break
        total += 1
        bits += runner.bits(prompt, middle)
        length += len(text.encode()) + 1
        made = tokenizer.decode(runner.write(prompt), skip_special_tokens=False)
        right += made == text
        if show:
            print(("ok  " if made == text else "BAD ") + made + ("" if made == text else f"\n    {text}"))
    print(f"{name}: {total} lines, {right} written as they were ({right / max(1, total):.1%}), {bits / max(1, length):.3f} bits a byte", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    runner = Runner(args.threads)
    score("generated programs", runner, tokenizer, (program_of(SEED, i) for i in range(args.count * 2)), args.count, args.show)
    if args.work is None:
        return
    maker = Maker(args.work)
    r = random.Random("heldout")
    files = sorted(maker.heldout)
    texts = ("\n".join(maker.window(r, r.choice(files)[1], 700)) for _ in range(args.count * 2))
    score("files of packages", runner, tokenizer, texts, args.count, args.show)


if __name__ == "__main__":
    main()

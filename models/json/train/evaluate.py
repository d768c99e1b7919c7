"""Field accuracy of free greedy decoding (no grammar), in PyTorch.

    python evaluate.py --checkpoint last.pt handwritten.jsonl heldout.jsonl
"""

import argparse
import json
from pathlib import Path

import shared  # noqa: F401
import torch
from generate import render
from model import Cache, Decoder, Shape
from tokenizer import END, FOLDER, JSON, PAD, SCHEMA, TEXT
from tokenizers import Tokenizer


def fields(value, prefix=""):
    """Leaf fields by path; an array is one field."""
    if not isinstance(value, dict):
        return {prefix: value}
    out = {}
    for key, sub in value.items():
        out.update(fields(sub, f"{prefix}/{key}"))
    return out


@torch.no_grad()
def answers(model, tokenizer, examples, longest=200, batch=64):
    order = sorted(range(len(examples)), key=lambda i: len(examples[i]["text"]))
    out = [""] * len(examples)
    for at in range(0, len(order), batch):
        rows = order[at:at + batch]
        prompts = []
        for i in rows:
            encode = lambda s: tokenizer.encode(s, add_special_tokens=False).ids
            prompts.append([SCHEMA, *encode(render(examples[i]["schema"])), TEXT, *encode(examples[i]["text"]), JSON])
        width = max(map(len, prompts))
        ids = torch.tensor([[PAD] * (width - len(p)) + p for p in prompts])
        real = torch.zeros(len(rows), width + longest, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            real[row, width - len(prompt):] = True
        lengths = torch.tensor([len(p) for p in prompts])
        positions = (torch.arange(width)[None] - (width - lengths)[:, None]).clamp(min=0)
        cache, made, done = Cache(real), [[] for _ in rows], [False] * len(rows)
        logits = model.step(ids, positions, cache)[:, -1]
        for n in range(longest):
            best = logits.argmax(-1)
            for row, token in enumerate(best.tolist()):
                done[row] = done[row] or token == END
                if not done[row]:
                    made[row].append(token)
            if all(done) or n == longest - 1:
                break
            logits = model.step(best[:, None], (lengths + n)[:, None], cache)[:, -1]
        for row, i in enumerate(rows):
            out[i] = tokenizer.decode(made[row], skip_special_tokens=False)
    return out


def score(examples, outputs, show=False):
    right = total = whole = valid = 0
    for example, output in zip(examples, outputs):
        want = fields(example["json"])
        try:
            got = json.loads(output)
            valid += 1
        except ValueError:
            got = {}
        have = fields(got) if isinstance(got, dict) else {}
        good = [path in have and have[path] == value and type(have[path]) != bool or have.get(path) is value
                for path, value in want.items()]
        right, total = right + sum(good), total + len(good)
        whole += got == example["json"]
        if show:
            print(("ok  " if all(good) else "BAD ") + output)
            for (path, value), ok in zip(want.items(), good):
                if not ok:
                    print(f"      {path}: wanted {json.dumps(value, ensure_ascii=False)}, got {json.dumps(have.get(path), ensure_ascii=False)}")
    return {"fields": total, "right": right, "accuracy": right / max(1, total), "whole": whole / len(examples),
            "valid": valid / len(examples)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print every answer and every wrong field")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("files", type=Path, nargs="+")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = Decoder(Shape())
    saved = torch.load(args.checkpoint, map_location="cpu")
    model.load_state_dict(saved["model"])
    model.eval()
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    print(f"after {saved['seen'] / 1e6:.2f} M tokens, step {saved['step']}")
    for path in args.files:
        examples = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        result = score(examples, answers(model, tokenizer, examples), args.show)
        print(f"{path.name}: {result['right']} of {result['fields']} fields ({result['accuracy']:.1%}), "
              f"whole object {result['whole']:.1%}, valid JSON {result['valid']:.1%}", flush=True)


if __name__ == "__main__":
    main()

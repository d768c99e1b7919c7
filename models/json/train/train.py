"""Trains the decoder on fresh generated examples; resumes from its checkpoint.

The rate is constant after the warm-up; `--anneal N` takes it to zero over the last N steps, from any checkpoint. A
checkpoint also holds a running mean of the weights over about 100 steps.
"""

import argparse
import math
import os
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from generate import dump, example, render
from model import Decoder, Shape
from tokenizer import END, FOLDER, JSON, PAD, SCHEMA, TEXT
from tokenizers import Tokenizer

LONGEST = 384


def encode(tokenizer, examples):
    """-> list of (ids, index of the first JSON token)."""
    parts = [part for text, schema, value in examples for part in (render(schema), text, dump(value))]
    encoded = [e.ids for e in tokenizer.encode_batch(parts, add_special_tokens=False)]
    rows = []
    for schema, text, value in zip(encoded[0::3], encoded[1::3], encoded[2::3]):
        prompt = [SCHEMA, *schema, TEXT, *text, JSON]
        rows.append((prompt + value + [END], len(prompt)))
    return rows


def batches(tokenizer, seed, pool, tokens_per_batch, easy):
    """Batches of one pool of examples, of rows of like length; `easy` is the share of short examples."""
    r = random.Random(f"{seed}/{pool}")
    rows = [row for row in encode(tokenizer, [example(r, 3 if r.random() < easy else r.choice([6, 10, 10])) for _ in range(2048)])
            if len(row[0]) <= (LONGEST if easy < 1 else 128)]
    rows.sort(key=lambda row: len(row[0]) + r.random() * 8)
    out, at = [], 0
    while at < len(rows):
        count = max(1, tokens_per_batch // (len(rows[min(at + 40, len(rows) - 1)][0]) + 8))
        out.append(rows[at:at + count])
        at += count
    r.shuffle(out)
    return out


def tensors(rows):
    width = math.ceil((max(len(ids) for ids, _ in rows) - 1) / 8) * 8
    x = torch.full((len(rows), width), PAD)
    y = torch.full((len(rows), width), -1)
    for i, (ids, start) in enumerate(rows):
        ids = torch.tensor(ids)
        x[i, :len(ids) - 1] = ids[:-1]
        y[i, start - 1:len(ids) - 1] = ids[start:]
    return x, y


def orthogonal(g):
    """Newton-Schulz iteration towards the nearest orthogonal matrix; g is [count, rows, columns]."""
    x = g.bfloat16()
    flip = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if flip else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(1, 2) if flip else x).float()


class Muon:
    """Momentum with orthogonal updates, for the matrices of the layers."""

    def __init__(self, parameters, momentum=0.95):
        self.groups = {}
        for parameter in parameters:
            self.groups.setdefault(parameter.shape, []).append(parameter)
        self.momentum = momentum
        self.state = {shape: torch.zeros(len(ps), *shape) for shape, ps in self.groups.items()}

    @torch.no_grad()
    def step(self, rate, decay):
        for shape, parameters in self.groups.items():
            grad = torch.stack([p.grad for p in parameters])
            m = self.state[shape]
            m.lerp_(grad, 1 - self.momentum)
            update = orthogonal(grad.lerp(m, self.momentum)) * max(1, shape[0] / shape[1]) ** 0.5
            for parameter, u in zip(parameters, update):
                parameter.mul_(1 - rate * decay).sub_(u, alpha=rate)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--tokens", type=float, default=24e6, help="stop after so many tokens")
    parser.add_argument("--anneal", type=int, default=0, help="decay the rate over so many last steps")
    parser.add_argument("--hours", type=float, default=0, help="the same by the clock: decay over so many hours, then stop")
    parser.add_argument("--from-mean", action="store_true", help="go on from the running mean of the weights")
    parser.add_argument("--from", dest="source", default="last.pt", help="checkpoint in the work folder to go on from")
    parser.add_argument("--to", default="last.pt")
    parser.add_argument("--batch", type=int, default=5120, help="tokens a step")
    parser.add_argument("--rate", type=float, default=0.016, help="of Muon; AdamW has 0.15 of it")
    parser.add_argument("--easy", type=float, default=2.5e6, help="tokens of only short examples at the start")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    model = Decoder(Shape())
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    rest = [p for n, p in model.named_parameters() if p.dim() < 2 or "embed" in n]
    muon = Muon(matrices)
    adam = torch.optim.AdamW(rest, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.0)
    mean = {name: value.clone() for name, value in model.state_dict().items()}
    step, seen, pool = 0, 0, 0
    if (args.work / args.source).exists():
        saved = torch.load(args.work / args.source)
        model.load_state_dict(saved["model"])
        adam.load_state_dict(saved["adam"])
        muon.state = saved["muon"]
        mean = saved["mean"]
        if args.from_mean:
            model.load_state_dict(mean)
        step, seen, pool = saved["step"], saved["seen"], saved["pool"]
        print(f"going on from step {step}, {seen / 1e6:.2f} M tokens", flush=True)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)

    def save(name):
        torch.save({"model": model.state_dict(), "mean": mean, "adam": adam.state_dict(), "muon": muon.state,
                    "step": step, "seen": seen, "pool": pool}, args.work / "part.pt")
        os.replace(args.work / "part.pt", args.work / name)

    launched = time.time()
    first, began, counted, last_save = step, time.time(), 0, time.time()
    losses, hits = [], []
    while True:
        easy = 1.0 if seen < args.easy else 0.25
        for rows in batches(tokenizer, args.seed, pool, args.batch, easy):
            x, y = tensors(rows)
            rate = args.rate * min(1, (step + 1) / 100)
            if args.anneal:
                rate *= max(0.0, 1 - (step - first) / args.anneal)
            left = 1 - (time.time() - launched) / 3600 / args.hours if args.hours else 1
            rate *= max(0.0, left)
            with torch.autocast("cpu", torch.bfloat16):
                h = model.hidden(x)
                keep = y >= 0
                logits = h[keep] @ model.embed.weight.T
            target = y[keep]
            loss = F.cross_entropy(logits.float(), target)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(rest, 1.0)
            for group in adam.param_groups:
                group["lr"] = rate * 0.15
            adam.step()
            muon.step(rate, 0.02)
            model.zero_grad(set_to_none=True)
            torch._foreach_lerp_(list(mean.values()), list(model.state_dict().values()), 0.01)
            step += 1
            seen += int((x != PAD).sum())
            counted += int((x != PAD).sum())
            losses.append(float(loss.detach()))
            hits.append(float((logits.argmax(-1) == target).float().mean()))
            if step % 25 == 0:
                print(f"step {step} tokens {seen / 1e6:.2f}M loss {sum(losses) / len(losses):.4f} "
                      f"right {sum(hits) / len(hits):.4f} {counted / (time.time() - began):.0f} tokens/s", flush=True)
                losses, hits, began, counted = [], [], time.time(), 0
            if time.time() - last_save > 120:
                save(args.to)
                last_save = time.time()
            if left <= 0 or (args.anneal and step - first >= args.anneal) or (
                    not args.anneal and not args.hours and seen >= args.tokens):
                save(args.to)
                return
        pool += 1


if __name__ == "__main__":
    main()

"""Trains the decoder on the shards of data.py; goes on from last.pt of the work folder, and writes final.pt there.

The rate falls linearly to zero over the last part of the minutes, by the clock. All of a gap counts, and a sample of the text around it: that
text teaches the language, the gaps teach to fill them.
"""

import argparse
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from data import read
from shape import SHAPE
from pathlib import Path

from model import Decoder
from optimizers import Optimizers
from tokenizer import PAD

WARM_UP = 100
DECAY = 0.55
# The share of the other tokens that count, at first and in the last part, and how much each of them counts.
AROUND, AROUND_LATE, LATE, WEIGHT = 1.0, 0.35, 0.75, 0.25

# Long rows cost as much as several short ones, and have one gap each as well.
LONG, LONG_SHARE = 300, 0.25


def batches(rows, size, r):
    """Rows of like length, as many as make `size` tokens, in any order; a share of the long rows."""
    rows = [row for row in rows if len(row[0]) <= LONG or r.random() < LONG_SHARE]
    rows = sorted(rows, key=lambda row: len(row[0]) + r.random() * 8)
    at, out = 0, []
    while at < len(rows):
        end = at + 1
        while end < len(rows) and (end + 1 - at) * len(rows[end][0]) <= size:
            end += 1
        out.append(rows[at:end])
        at = end
    r.shuffle(out)
    return out


def arrays(rows, share, r):
    """-> (ids, positions that count, what follows there, how much it counts)"""
    width = -(-(max(len(ids) for ids, _ in rows) - 1) // 8) * 8
    x = np.full((len(rows), width), PAD, np.int64)
    at, wanted, weights = [], [], []
    for i, (ids, start) in enumerate(rows):
        x[i, :len(ids) - 1] = ids[:-1]
        around = np.flatnonzero(np.array([r.random() < share for _ in range(min(start, len(ids)) - 1)]))
        # Plain text has no gap: all of it is text around one.
        inside = np.arange(start - 1, len(ids) - 1)
        places = np.concatenate([around, inside]).astype(np.int64)
        at.append(places + i * width)
        wanted.append(ids[places + 1])
        weights.append(np.concatenate([np.full(len(around), WEIGHT), np.ones(len(inside))]))
    return x, np.concatenate(at), np.concatenate(wanted), np.concatenate(weights).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of shards and checkpoints")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=2048, help="tokens a step")
    parser.add_argument("--rate", type=float, default=0.012, help="of Muon; AdamW has 0.15 of it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="let torch compile the model: needs a C++ compiler, a fifth faster")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    # Processors without matrix units for bfloat16 take ten times as long for it as for full precision.
    half = torch.cpu._is_amx_tile_supported()
    model = Decoder(SHAPE)
    optimizers = Optimizers(model, torch.bfloat16 if half else torch.float32)
    step, seen, spent, shard, first = 0, 0, 0.0, 0, 0
    last = args.work / "last.pt"
    if last.exists():
        saved = torch.load(last, map_location="cpu")
        model.load_state_dict(saved["model"])
        optimizers.load(saved)
        step, seen, spent, shard, first = (saved[name] for name in ("step", "seen", "spent", "shard", "first"))
        print(f"going on from step {step}, {seen / 1e6:.2f} M tokens", flush=True)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    launched = time.time() - spent

    def save(name, **more):
        torch.save({"model": model.state_dict(), "step": step, "seen": seen, **more}, args.work / "part.pt")
        os.replace(args.work / "part.pt", args.work / name)

    def losses_of(ids, at, wanted):
        logits = model.hidden(ids, fused=not half).flatten(0, 1)[at] @ model.embed.weight.T
        return F.cross_entropy(logits.float(), wanted, reduction="none"), logits.argmax(-1)

    run = torch.compile(losses_of, dynamic=True) if args.compile else losses_of
    began = last_save = time.time()
    sums, counted = np.zeros(5), 0
    while True:
        count = sum(path.stem.isdigit() for path in (args.work / "shards").glob("*.npz"))
        r = random.Random(f"batches/{args.seed}/{shard}")
        for number, rows in enumerate(batches(read(args.work / "shards" / f"{shard % count}.npz"), args.batch, r)):
            if number < first:
                continue
            done = (time.time() - launched) / 60 / args.minutes
            if done >= 1:
                save("final.pt")
                print(f"{seen / 1e6:.2f} M tokens, {step} steps, {(time.time() - launched) / 60:.1f} minutes", flush=True)
                return
            rate = args.rate * min(1, (step + 1) / WARM_UP, (1 - done) / DECAY)
            ids, at, wanted, weights = (torch.from_numpy(a) for a in arrays(rows, AROUND if done < LATE else AROUND_LATE, r))
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                losses, best = run(ids, at, wanted)
            ((losses * weights).sum() / weights.sum()).backward()
            optimizers.step(rate)
            inside = weights == 1
            tokens = int((ids != PAD).sum())
            step, seen, counted = step + 1, seen + tokens, counted + tokens
            with torch.no_grad():
                right = (best[inside] == wanted[inside]).sum()
                sums += [float(losses[inside].detach().sum()), float(inside.sum()), float(right), float(losses[~inside].detach().sum()), float((~inside).sum())]
            if step % 50 == 0:
                print(f"step {step} tokens {seen / 1e6:.2f}M gap {sums[0] / sums[1]:.4f} right {sums[2] / sums[1]:.4f} around {sums[3] / sums[4]:.4f} "
                      f"{counted / (time.time() - began):.0f} tokens/s rate {rate:.4f} done {done:.3f}", flush=True)
                sums[:], counted, began = 0, 0, time.time()
            if time.time() - last_save > 120:
                save("last.pt", **optimizers.state(), spent=time.time() - launched, shard=shard, first=number + 1)
                last_save = time.time()
        shard, first = shard + 1, 0


if __name__ == "__main__":
    main()

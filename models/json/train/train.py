"""Trains the decoder on fresh generated examples; goes on from last.pt of the work folder, and writes final.pt there.

The rate is constant after the warm-up and falls to zero over the last part of the tokens, or of the minutes where the clock
ends the training earlier. With CUDA the steps are larger, and other processes generate the examples.
"""

import argparse
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F
import shared  # noqa: F401
from data import pools
from model import Decoder, Shape
from optimizers import Optimizers

CUDA = torch.cuda.is_available()
WARM_UP = 200
DECAY = 0.6


def on_device(array):
    tensor = torch.from_numpy(array)
    return (tensor.pin_memory().to("cuda", non_blocking=True) if CUDA else tensor).long()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--tokens", type=float, default=2e9 if CUDA else 16e6, help="length of the training")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="the same by the clock, whichever ends first")
    parser.add_argument("--batch", type=int, default=65536 if CUDA else 5120, help="tokens a step")
    parser.add_argument("--rate", type=float, default=0.02 if CUDA else 0.016, help="of Muon; AdamW has 0.15 of it")
    parser.add_argument("--easy", type=int, default=40 if CUDA else 10, help="so many pools of only short examples at the start")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=max(1, os.cpu_count() - 1) if CUDA else 0, help="processes that generate")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    device = "cuda" if CUDA else "cpu"
    torch.backends.cuda.enable_cudnn_sdp(False)  # It plans anew for every shape, and here nearly every step has another one.
    saved = torch.load(args.work / "last.pt", map_location="cpu") if (args.work / "last.pt").exists() else None
    source = pools(args.seed, saved["pool"] if saved else 0, args.batch, args.easy, args.workers)
    model = Decoder(Shape()).to(device)
    optimizers = Optimizers(model)
    step, seen, spent = 0, 0, 0.0
    if saved:
        model.load_state_dict(saved["model"])
        optimizers.load(saved)
        step, seen, spent = saved["step"], saved["seen"], saved["spent"]
        print(f"going on from step {step}, {seen / 1e6:.2f} M tokens", flush=True)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters on {device}", flush=True)
    launched = time.time() - spent

    def save(name, **more):
        torch.save({"model": model.state_dict(), "step": step, "seen": seen, **more}, args.work / "part.pt")
        os.replace(args.work / "part.pt", args.work / name)

    began, counted, last_save = time.time(), 0, time.time()
    total = right = answered = 0
    for index, batches in source:
        for ids, at, wanted in batches:
            done = max(seen / args.tokens, (time.time() - launched) / 60 / args.minutes)
            if done >= 1:
                save("final.pt")
                print(f"{seen / 1e6:.2f} M tokens, {step} steps, {(time.time() - launched) / 60:.1f} minutes", flush=True)
                return
            rate = args.rate * min(1, (step + 1) / WARM_UP, (1 - done) / DECAY)
            count = int((ids != 0).sum())
            ids, at, wanted = on_device(ids), on_device(at), on_device(wanted)
            with torch.autocast(device, torch.bfloat16):
                logits = model.hidden(ids).flatten(0, 1)[at] @ model.embed.weight.T
            loss = F.cross_entropy(logits.float(), wanted)
            loss.backward()
            optimizers.step(rate)
            step, seen, counted, answered = step + 1, seen + count, counted + count, answered + len(wanted)
            total += loss.detach() * len(wanted)
            right += (logits.detach().argmax(-1) == wanted).sum()
            if step % (200 if CUDA else 25) == 0:
                print(f"step {step} tokens {seen / 1e6:.2f}M loss {float(total) / answered:.4f} right {float(right) / answered:.4f} "
                      f"{counted / (time.time() - began):.0f} tokens/s rate {rate:.4f}", flush=True)
                total = right = answered = counted = 0
                began = time.time()
        if time.time() - last_save > 120:
            save("last.pt", **optimizers.state(), pool=index + 1, spent=time.time() - launched)
            last_save = time.time()


if __name__ == "__main__":
    main()

"""Scores prompts as the program of "What's the Magic Word?" does, with PyTorch, on a decoder of the embedded model's shape.

    python upstream_shape.py PROMPTS LENGTH BATCH ROUNDS

As its `batch_compute_score`: the logits of all positions, a cross-entropy over all of the prompt (what `labels` gives), and a second
one over the answer. The weights are random: they cost the same. Prints the seconds of each round, as JSON.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "train"))
from model import Decoder, Shape  # noqa: E402


def main():
    prompts, length, batch, rounds = (int(value) for value in sys.argv[1:5])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    shape = Shape()
    model = Decoder(shape).eval()
    ids = torch.randint(5, shape.vocab, (prompts, length))
    seconds = []
    with torch.no_grad():
        for _ in range(rounds + 1):
            started = time.perf_counter()
            for at in range(0, prompts, batch):
                rows = ids[at:at + batch]
                logits = model.hidden(rows, fused=True) @ model.embed.weight.T
                F.cross_entropy(logits[:, :-1].transpose(1, 2), rows[:, 1:])
                F.cross_entropy(logits[:, -2], rows[:, -1], reduction="none").tolist()
            seconds.append(time.perf_counter() - started)
    # The first round warms up.
    print(json.dumps(seconds[1:]))


main()

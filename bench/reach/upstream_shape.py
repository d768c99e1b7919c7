"""Scores prompts as the program of "What's the Magic Word?" does, with PyTorch, on a decoder of the embedded model's shape.

    python upstream_shape.py

Reads lines "PROMPTS LENGTH BATCH", scores so many prompts of the length, so many at a time in one thread, and answers with the seconds and
the processor's seconds that it took, as JSON; first of all with what the model is.

As its `compute_score`: the model is asked with labels, so that it gives the logits of all positions and a cross-entropy over all of
the prompt; a second cross-entropy is taken of every token behind the control token, and all but the answer's are left out at the end. The
model is the Llama of transformers, as there, where that is installed; else the decoder of models/train, which does less. The weights are
random: they cost the same.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "train"))
from model import Decoder, Shape  # noqa: E402


def of_transformers(shape):
    import transformers
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=shape.vocab,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        rms_norm_eps=shape.eps,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config).eval()

    def ask(rows):
        output = model(rows, labels=rows)
        return output.logits, output.loss

    return ask, f"Llama of transformers {transformers.__version__}"


def of_decoder(shape):
    model = Decoder(shape).eval()

    def ask(rows):
        logits = model.hidden(rows, fused=True) @ model.embed.weight.T
        shifted = logits[:, :-1].contiguous().view(-1, shape.vocab)
        return logits, F.cross_entropy(shifted, rows[:, 1:].reshape(-1))

    return ask, "decoder of models/train"


def score(ask, rows, is_answer):
    """Rows of one control token, a state and an answer: the loss of the answer, for each row."""
    logits, loss = ask(rows)
    behind = logits[:, :-1]
    wanted = rows[:, 1:]
    losses = F.cross_entropy(behind.reshape(-1, behind.shape[-1]), wanted.reshape(-1), reduction="none")
    losses = losses.reshape(wanted.shape)[:, is_answer].mean(dim=1)
    return losses.to(torch.float32).numpy(), loss.item()


def spent(ask, vocab, prompts, length, batch):
    ids = torch.randint(5, vocab, (prompts, length))
    is_answer = torch.zeros(length - 1, dtype=torch.bool)
    is_answer[-1] = True
    started, before = time.perf_counter(), time.process_time()
    for at in range(0, prompts, batch):
        score(ask, ids[at:at + batch], is_answer)
    return {"seconds": time.perf_counter() - started, "processor": time.process_time() - before}


def say(value):
    print(json.dumps(value), flush=True)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    shape = Shape()
    try:
        ask, name = of_transformers(shape)
    except ImportError:
        ask, name = of_decoder(shape)
    say({"model": f"{name}, torch {torch.__version__}"})
    with torch.no_grad():
        for line in sys.stdin:
            say(spent(ask, shape.vocab, *(int(value) for value in line.split())))


main()

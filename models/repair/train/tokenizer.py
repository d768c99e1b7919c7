"""Trains the byte-level BPE on TypeScript and writes the tokenizer and settings files of the model folder.

A token is a part of a word, with a blank in front or not, a digit, a run of signs, or a line end with the indentation behind it. Words are cut
at capitals, so that a name has the same tokens wherever it stands.
"""

import argparse
import json
import random
from pathlib import Path

from overlap import excluded
from programs import program_of
from sources import load, restyle
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

FOLDER = Path(__file__).resolve().parent.parent
# The spellings of Qwen2.5-Coder.
SPECIAL = ["<|fim_pad|>", "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
PAD, END, PREFIX, SUFFIX, MIDDLE = range(5)
PATTERN = r"\n[\n ]*| {2,}|\t+| ?[A-Z]?[a-z]+| ?[A-Z]+(?![a-z])| ?[0-9]| ?[^\sA-Za-z0-9]+|\s"
VOCAB = 4096
CONTEXT = 1024


def corpus(work, seed):
    r = random.Random(seed)
    train, _ = load(work / "sources.jsonl", excluded())
    r.shuffle(train)
    for _, text in train:
        text = restyle(r, text)[:20_000]
        yield text
    for index in range(16_000):
        yield program_of(seed, index)


def train(work, seed=11):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=SPECIAL, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(corpus(work, seed), trainer)
    tokenizer.save(str(FOLDER / "tokenizer.json"))


def write(name, value):
    (FOLDER / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def settings(shape):
    """config.json and its companions for the sizes in `shape` (model.Shape)."""
    special = {"bos_token": SPECIAL[END], "eos_token": SPECIAL[END], "pad_token": SPECIAL[PAD]}
    ids = {"bos_token_id": END, "eos_token_id": END, "pad_token_id": PAD}
    write("tokenizer_config.json", {
        "added_tokens_decoder": {str(i): {"content": t, "lstrip": False, "normalized": False, "rstrip": False,
                                          "single_word": False, "special": True} for i, t in enumerate(SPECIAL)},
        "add_bos_token": False, **special, "clean_up_tokenization_spaces": False, "model_max_length": CONTEXT,
        "tokenizer_class": "PreTrainedTokenizerFast"})
    write("special_tokens_map.json", special)
    write("generation_config.json", {**ids, "do_sample": False})
    write("config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": shape.vocab,
        "hidden_size": shape.width, "intermediate_size": shape.inner, "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads, "num_key_value_heads": shape.kv_heads, "head_dim": shape.head_dim,
        "hidden_act": "silu", "rms_norm_eps": shape.eps, "rope_theta": shape.theta, "rope_scaling": None,
        "max_position_embeddings": CONTEXT, "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True,
        "use_cache": True, **ids, "transformers.js_config": {"dtype": "fp32"}})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    train(parser.parse_args().work)

"""Trains the byte-level BPE and writes the tokenizer and settings files of the model folder.

Words, digits and punctuation never share a token, so a word has the same tokens in the text and in the JSON. Only
runs of JSON punctuation (such as `":"`) are merged.
"""

import json
import random
from pathlib import Path

from generate import dump, example, render
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

FOLDER = Path(__file__).resolve().parent.parent
SPECIAL = ["<|pad|>", "<|end|>", "<|schema|>", "<|text|>", "<|json|>"]
PAD, END, SCHEMA, TEXT, JSON = range(5)
PATTERN = r'["{}\[\]:,]+|[0-9]|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z0-9]'
VOCAB = 3072
CONTEXT = 1024


def corpus(count, seed):
    r = random.Random(seed)
    for _ in range(count):
        text, schema, value = example(r)
        yield from (render(schema), text, dump(value))


def train(count=40000, seed=11):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=SPECIAL, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(corpus(count, seed), trainer)
    tokenizer.save(str(FOLDER / "tokenizer.json"))


def write(name, value):
    (FOLDER / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def settings(shape):
    """config.json and its companions for the sizes in `shape` (model.Shape)."""
    template = (FOLDER / "train" / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    special = {"bos_token": SPECIAL[SCHEMA], "eos_token": SPECIAL[END], "pad_token": SPECIAL[PAD]}
    ids = {"bos_token_id": SCHEMA, "eos_token_id": END, "pad_token_id": PAD}
    write("tokenizer_config.json", {
        "added_tokens_decoder": {str(i): {"content": t, "lstrip": False, "normalized": False, "rstrip": False,
                                          "single_word": False, "special": True} for i, t in enumerate(SPECIAL)},
        **special, "chat_template": template, "clean_up_tokenization_spaces": False, "model_max_length": CONTEXT,
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
    import shared  # noqa: F401
    from model import Shape

    train()
    settings(Shape())

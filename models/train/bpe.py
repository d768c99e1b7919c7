"""A byte-level BPE, and the settings files that stand beside it in a model's folder."""

import json

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers


def train_tokenizer(folder, pattern, vocab, special, texts):
    """Writes tokenizer.json: `pattern` cuts a text into words, `special` are the tokens of the first ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocab, special_tokens=special, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_settings(folder, shape, context, special, bos, eos, pad, tokenizer_settings):
    """config.json and its companions for the sizes in `shape` (model.Shape); bos, eos and pad are ids of special tokens."""
    def write(name, value):
        (folder / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    tokens = {"bos_token": special[bos], "eos_token": special[eos], "pad_token": special[pad]}
    ids = {"bos_token_id": bos, "eos_token_id": eos, "pad_token_id": pad}
    write("tokenizer_config.json", {
        "added_tokens_decoder": {str(i): {"content": t, "lstrip": False, "normalized": False, "rstrip": False,
                                          "single_word": False, "special": True} for i, t in enumerate(special)},
        **tokens, **tokenizer_settings, "clean_up_tokenization_spaces": False, "model_max_length": context,
        "tokenizer_class": "PreTrainedTokenizerFast"})
    write("special_tokens_map.json", tokens)
    write("generation_config.json", {**ids, "do_sample": False})
    write("config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": shape.vocab,
        "hidden_size": shape.width, "intermediate_size": shape.inner, "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads, "num_key_value_heads": shape.kv_heads, "head_dim": shape.head_dim,
        "hidden_act": "silu", "rms_norm_eps": shape.eps, "rope_theta": shape.theta, "rope_scaling": None,
        "max_position_embeddings": context, "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True,
        "use_cache": True, **ids, "transformers.js_config": {"dtype": "fp32"}})

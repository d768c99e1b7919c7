"""The cases of mask.ts through llguidance or xgrammar. Run by mask.ts, which says what the figures mean.

    pip install llguidance numpy
    pip install xgrammar                        with torch and transformers, or without them:
    pip install --no-deps xgrammar && pip install apache-tvm-ffi pydantic
"""

import base64
import importlib.metadata
import importlib.util
import json
import statistics
import sys
import time

import numpy as np
from torch_stand_in import stand_in_for_torch


class Llguidance:
    """Default options."""

    def __init__(self, tokens, stop_token):
        import llguidance

        self.module = llguidance
        self.size = len(tokens)
        self.mask = np.zeros((self.size + 31) // 32, dtype=np.int32)
        longest_first = {bytes(t): i for i, t in enumerate(tokens) if t}
        longest = max(len(t) for t in longest_first)

        class Encoder:
            eos_token_id = stop_token
            bos_token_id = None
            special_token_ids = [i for i, t in enumerate(tokens) if not t]

            def __init__(self):
                self.tokens = [t or b"<|%d|>" % i for i, t in enumerate(tokens)]

            def __call__(self, text):
                # Greedy: only the tokens that the engine would write by itself depend on it, and none is asked for.
                out, at = [], 0
                while at < len(text):
                    for length in range(min(longest, len(text) - at), 0, -1):
                        token = longest_first.get(text[at : at + length])
                        if token is not None:
                            out.append(token)
                            at += length
                            break
                    else:
                        at += 1
                return out

        self.tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Encoder()))

    def compile(self, schema):
        matcher = self.module.LLMatcher(
            self.tokenizer, '{"grammars":[{"json_schema":' + schema + "}]}", log_level=0
        )
        if matcher.is_error():
            raise ValueError(matcher.get_error())
        return matcher

    def open(self, grammar):
        matcher = grammar.deep_copy()

        def fill():
            matcher.unsafe_compute_mask_ptr(self.mask.ctypes.data, self.mask.nbytes)

        return fill, matcher.consume_token, matcher.is_accepting


class Xgrammar:
    """One thread; any white space, and additional members as JSON Schema allows them (strict_mode=False)."""

    def __init__(self, tokens, stop_token):
        if importlib.util.find_spec("torch") is None:
            stand_in_for_torch()
        import xgrammar

        self.module = xgrammar
        self.stop_token = stop_token
        self.info = xgrammar.TokenizerInfo(
            [t or b"" for t in tokens],
            xgrammar.VocabType.RAW,
            vocab_size=len(tokens),
            stop_token_ids=[stop_token],
        )
        self.bitmask = np.zeros((1, (len(tokens) + 31) // 32), dtype=np.int32)
        self.mask = self.bitmask[0]

    def compile(self, schema):
        compiler = self.module.GrammarCompiler(self.info, max_threads=1, cache_enabled=False)
        return compiler.compile_json_schema(schema, strict_mode=False, any_whitespace=True)

    def open(self, grammar):
        matcher = self.module.GrammarMatcher(grammar)

        def fill():
            matcher.fill_next_token_bitmask(self.bitmask)

        return fill, matcher.accept_token, lambda: matcher.accept_token(self.stop_token)


def timed(function, *arguments):
    started = time.perf_counter_ns()
    result = function(*arguments)
    return result, (time.perf_counter_ns() - started) / 1000


def speed_of(engine, case, work):
    compiles, first, cold, warm = [], [], [], []
    try:
        for _ in range(work["compiles"]):
            grammar, compile_time = timed(engine.compile, case["schema"])
            compiles.append(compile_time)
            for walk in range(1 + work["walks"] // work["compiles"]):
                fill, accept, _ = engine.open(grammar)
                times = warm if walk > 0 else []
                if walk == 0:
                    cold.append(times)
                for place, token in enumerate([*case["tokens"], work["stopToken"]]):
                    times.append(timed(fill)[1])
                    if walk == 0 and place == 0:
                        first.append(times[-1])
                    if not engine.mask[token >> 5] >> (token & 31) & 1:
                        return "the mask leaves a token of the text out"
                    if token != work["stopToken"]:
                        accept(token)
    except Exception as error:
        return "refused: " + str(error).split("\n")[0][:60]
    middle = statistics.median
    places = [middle(times) for times in zip(*cold)]
    return {
        "compile": middle(compiles),
        "firstMask": middle(first),
        "cold": middle(places),
        "maximum": max(places),
        "warm": middle(warm),
    }


def verdicts_of(engine, case):
    try:
        grammar = engine.compile(case["schema"])
    except Exception as error:
        return str(error)
    verdicts = []
    for tokens in case["texts"]:
        fill, accept, is_complete = engine.open(grammar)
        accepted = True
        for token in tokens:
            fill()
            accepted = bool(engine.mask[token >> 5] >> (token & 31) & 1) and accept(token)
            if not accepted:
                break
        verdicts.append(bool(accepted and is_complete()))
    return verdicts


def main():
    name, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        work = json.load(file)
    tokens = [None if t is None else base64.b64decode(t) for t in work["tokens"]]
    engine = (Llguidance if name == "llguidance" else Xgrammar)(tokens, work["stopToken"])
    answer = {
        "name": f"{name} {importlib.metadata.version(name)}",
        "speed": [speed_of(engine, case, work) for case in work["speed"]],
        "verdicts": [verdicts_of(engine, case) for case in work["verdicts"]],
    }
    print(json.dumps(answer))


main()

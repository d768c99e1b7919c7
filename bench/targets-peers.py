"""Which of some schemas llguidance or xgrammar refuses. Run by targets.ts.

Reads a JSON array of schema texts, writes one JSON line a schema: {"refused": message or null}, {"timeout": true} or
{"crash": code}; the first line is {"name", "version"}. Nothing is drawn from a grammar, so a vocabulary of single bytes does.

    pip install llguidance numpy
    pip install --no-deps xgrammar && pip install apache-tvm-ffi pydantic
"""

import importlib.metadata
import importlib.util
import json
import os
import select
import signal
import sys

from torch_stand_in import stand_in_for_torch


class Llguidance:
    """Default options."""

    def __init__(self):
        import llguidance

        class Encoder:
            eos_token_id = 256
            bos_token_id = None
            special_token_ids = [256]
            tokens = [bytes([i]) for i in range(256)] + [b"<|end|>"]

            def __call__(self, text):
                return list(text.encode() if isinstance(text, str) else text)

        self.module = llguidance
        self.tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Encoder()))

    def refusal(self, schema):
        matcher = self.module.LLMatcher(
            self.tokenizer, '{"grammars":[{"json_schema":' + schema + "}]}", log_level=0
        )
        return matcher.get_error() if matcher.is_error() else None


class Xgrammar:
    """Additional members and any white space, as JSON Schema allows them; only the conversion to its grammar."""

    def __init__(self):
        if importlib.util.find_spec("torch") is None:
            stand_in_for_torch()
        import xgrammar

        self.module = xgrammar

    def refusal(self, schema):
        try:
            self.module.Grammar.from_json_schema(schema, strict_mode=False, any_whitespace=True)
        except Exception as error:
            return str(error) or type(error).__name__
        return None


def refusals_of(engine, schemas, limit):
    """In a forked child that goes on until a schema is too slow or ends it; then another child goes on behind that one."""
    at = 0
    while at < len(schemas):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as out:
                for schema in schemas[at:]:
                    out.write(json.dumps({"refused": engine.refusal(schema)}) + "\n")
                    out.flush()
            os._exit(0)
        os.close(writing)
        rest = b""
        timed_out = False
        while at < len(schemas):
            if not select.select([reading], [], [], limit)[0]:
                timed_out = True
                os.kill(child, signal.SIGKILL)
                break
            data = os.read(reading, 1 << 16)
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                at += 1
                yield json.loads(line)
        os.close(reading)
        _, status = os.waitpid(child, 0)
        if at < len(schemas):
            at += 1
            yield {"timeout": True} if timed_out else {"crash": os.waitstatus_to_exitcode(status)}


def main():
    name, path, limit = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        schemas = json.load(file)
    engine = (Llguidance if name == "llguidance" else Xgrammar)()
    print(json.dumps({"name": name, "version": importlib.metadata.version(name)}), flush=True)
    for line in refusals_of(engine, schemas, float(limit)):
        print(json.dumps(line), flush=True)


main()

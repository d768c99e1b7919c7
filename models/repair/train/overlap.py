"""Whether the training data share a run of 50 tokens with a folder of programs that the model is judged by.

    python overlap.py --work FOLDER --against DIR      writes overlap.json
    python overlap.py --against DIR --generated N      the first N generated programs, and whether overlap.json is about DIR; nothing is written

Tokens are words and signs, of which a row of the same one is one token; semicolons do not count, and all quotes are one, so that another style hides nothing. Files of packages
that share such a run are named in overlap.json by their hash, and no run of the recipe trains on them. Generated programs are made
again from the seed of the training.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from programs import program_of

RUN = 50
RESULT = Path(__file__).resolve().parent / "overlap.json"
TOKEN = re.compile(r"\w+|([^\w\s;])\1*")


def tokens(text):
    return [match[0] for match in TOKEN.finditer(text.replace('"', "'").replace("`", "'"))]


def runs(text):
    """Every run of 50 tokens, as a hash."""
    found = tokens(text)
    return {hash(tuple(found[i:i + RUN])) for i in range(len(found) - RUN + 1)}


def texts(folder):
    """Programs, tests, and the buggy files of bugs.jsonl, which are not told apart."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".ts":
            yield path.read_text(encoding="utf-8")
        elif path.suffix == ".jsonl":
            for line in path.read_text(encoding="utf-8").splitlines():
                yield from (value for value in json.loads(line).values() if isinstance(value, str) and "\n" in value)


def judged(folder):
    found, digest = set(), hashlib.sha256()
    for text in texts(folder):
        found |= runs(text)
        digest.update(text.encode())
    return found, digest.hexdigest()


def excluded():
    """Hashes of the files of packages that are left out."""
    return {entry["sha256"] for entry in json.loads(RESULT.read_text())["excluded"]} if RESULT.exists() else set()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="folder with sources.jsonl")
    parser.add_argument("--against", type=Path, required=True)
    parser.add_argument("--generated", type=int, default=250_000, help="programs that are made for the check")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    wanted, digest = judged(args.against)
    if not wanted:
        raise SystemExit(f"{args.against} holds no run of {RUN} tokens: is it the right folder?")
    shared = sum(not wanted.isdisjoint(runs(program_of(args.seed, index))) for index in range(args.generated))
    print(f"{len(wanted)} runs of {RUN} tokens; generated programs with one of them: {shared} of {args.generated}")
    if args.work is None:
        same = json.loads(RESULT.read_text())["againstSha256"] == digest
        if not same:
            print(f"{RESULT.name} was made against another state of the folder: run it again with --work")
        sys.exit(0 if same and shared == 0 else 1)
    out, files = [], 0
    for line in open(args.work / "sources.jsonl", encoding="utf-8"):
        row = json.loads(line)
        files += 1
        if not wanted.isdisjoint(runs(row["text"])):
            out.append({"package": row["package"], "path": row["path"], "sha256": hashlib.sha256(row["text"].encode()).hexdigest()})
    print(f"files of packages with one of them: {len(out)} of {files}")
    RESULT.write_text(json.dumps({"tokens": RUN, "runs": len(wanted), "againstSha256": digest, "packageFiles": files, "excluded": out,
                                  "generated": {"seed": args.seed, "programs": args.generated, "shared": shared}}, indent=2) + "\n")


if __name__ == "__main__":
    main()

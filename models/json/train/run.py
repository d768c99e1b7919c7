"""Makes the model again from the seeds: tokenizer, training, annealing, ONNX file, held-out examples, accuracy.

    python models/json/train/run.py --work FOLDER

An interrupted run goes on from the last checkpoint of its first part.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent
TOKENS = 10e6
ANNEAL_STEPS = 4000
ANNEAL_RATE = 0.009
HELDOUT_SEED = 20261


def python(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, cwd=HERE)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints, outside of the repository")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    work = args.work.resolve()
    if not (work / "last.pt").exists():
        python("tokenizer.py")
    if not (work / "final.pt").exists():
        python("train.py", "--work", work, "--tokens", TOKENS, "--threads", args.threads)
        python("train.py", "--work", work, "--anneal", ANNEAL_STEPS, "--rate", ANNEAL_RATE, "--from-mean",
               "--to", "anneal.pt", "--threads", args.threads)
        (work / "anneal.pt").rename(work / "final.pt")
    python("export_onnx.py", "--checkpoint", work / "final.pt")
    heldout = subprocess.run([sys.executable, "generate.py", "--seed", str(HELDOUT_SEED), "--count", "200"], check=True,
                             cwd=HERE, stdout=subprocess.PIPE).stdout
    (FOLDER / "heldout.jsonl").write_bytes(heldout)
    python("evaluate.py", "--checkpoint", work / "final.pt", FOLDER / "heldout.jsonl", FOLDER / "handwritten.jsonl")


if __name__ == "__main__":
    main()

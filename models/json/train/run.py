"""Makes the model again from the seeds: tokenizer, training, ONNX file, accuracy.

    python models/json/train/run.py --work FOLDER [--minutes 8]

An interrupted run goes on from its last checkpoint. heldout.jsonl and handwritten.jsonl stay as they are.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent


def python(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, cwd=HERE)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints, outside of the repository")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=float, help="length of the training; else as train.py says")
    parser.add_argument("--minutes", type=float, help="the same by the clock")
    args = parser.parse_args()
    work = args.work.resolve()
    if not (work / "final.pt").exists():
        if not (work / "last.pt").exists():
            python("tokenizer.py")
        length = [x for name in ("tokens", "minutes") if getattr(args, name) for x in (f"--{name}", getattr(args, name))]
        python("train.py", "--work", work, "--threads", args.threads, *length)
    python("export_onnx.py", "--checkpoint", work / "final.pt")
    python("evaluate.py", "--checkpoint", work / "final.pt", "--threads", args.threads, FOLDER / "heldout.jsonl", FOLDER / "handwritten.jsonl")


if __name__ == "__main__":
    main()

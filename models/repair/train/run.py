"""Makes the model again: packages, tokenizer, data, training, ONNX file, accuracy.

    python models/repair/train/run.py --work FOLDER [--minutes 90]

An interrupted run goes on where it was.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def python(*arguments):
    # Threads that wait without spinning: on a machine that does other work, too, spinning halves the speed.
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ}
    subprocess.run([sys.executable, *map(str, arguments)], check=True, cwd=HERE, env=environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for packages, data and checkpoints, outside of the repository")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shards", type=int, default=30, help="of 0.86 M tokens each")
    parser.add_argument("--minutes", type=float, default=90, help="length of the training")
    parser.add_argument("--compile", action="store_true", help="let torch compile the model: needs a C++ compiler")
    args = parser.parse_args()
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "sources.jsonl").exists():
        python("fetch.py", "--work", work)
    if not (work / "final.pt").exists():
        if not (work / "shards").exists():
            python("tokenizer.py", "--work", work)
        python("data.py", "--work", work, "--shards", args.shards)
        python("train.py", "--work", work, "--threads", args.threads, "--minutes", args.minutes, *(["--compile"] if args.compile else []))
    python("export_onnx.py", "--checkpoint", work / "final.pt")
    python("evaluate.py", "--work", work, "--threads", args.threads)


if __name__ == "__main__":
    main()

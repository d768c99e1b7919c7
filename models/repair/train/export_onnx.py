"""Writes onnx/model.onnx and the files beside it from a checkpoint: see ../../train/onnx_file.py."""

import argparse
from pathlib import Path

from shape import SHAPE
from onnx_file import checksums, export
from tokenizer import CONTEXT, FOLDER, settings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    args = parser.parse_args()
    export(args.checkpoint, SHAPE, FOLDER, CONTEXT, "typescript-infilling")
    settings(SHAPE)
    checksums(FOLDER)


if __name__ == "__main__":
    main()

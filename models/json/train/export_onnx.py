"""Writes onnx/model.onnx and the files beside it from a checkpoint: see ../../train/onnx_file.py."""

import argparse
from pathlib import Path

import shared  # noqa: F401
from gradient_file import write
from model import Shape
from onnx_file import checksums, export
from tokenizer import CONTEXT, FOLDER, settings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    args = parser.parse_args()
    shape = Shape()
    export(args.checkpoint, shape, FOLDER, CONTEXT, "json-extractor")
    write(FOLDER)
    settings(shape)
    checksums(FOLDER)


if __name__ == "__main__":
    main()

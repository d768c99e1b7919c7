"""Writes the graph of a model folder again, around the weights that it has: where onnx_file.py makes another graph than it did.

    python rewrite.py FOLDER        (pip install numpy onnx onnxruntime torch)

onnx/model.onnx, onnx/model.grad.onnx where there is one, and SHA256SUMS where there is one. A folder whose graph is as
onnx_file.py makes it stays as it is, to the byte.
"""

import argparse
from pathlib import Path

import onnx
from gradient_file import Weights, decoder
from gradient_file import write as write_gradient
from onnx_file import checksums, write


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    path = folder / "onnx" / "model.onnx"
    weights = Weights(path)
    context = weights.tensors["rotary.cos"].dims[0]
    write(decoder(weights), weights.shape, path, context, onnx.load(str(path)).graph.name)
    if (folder / "onnx" / "model.grad.onnx").exists():
        write_gradient(folder)
    if (folder / "SHA256SUMS").exists():
        checksums(folder)


if __name__ == "__main__":
    main()

"""Writes onnx/model.grad.onnx beside a model.onnx of onnx_file.py: how a change of each token of a prompt changes the loss of wanted
tokens. `find` with method 'gcg' reads it.

    python gradient_file.py FOLDER        (a model folder; pip install numpy onnx onnxruntime torch)

The graph is the decoder and, node by node, its derivative, in standard operators; the weights stay in model.onnx, which it points
into. It is checked against PyTorch's derivative. s tokens, n wanted ones, k places:

    input_ids int64 [s]   the prompt, then the wanted tokens but the last one
    targets int64 [n]     the wanted tokens
    positions int64 [k]   the places of the prompt that are asked about
    bias float32 [vocab]  added to all logits: 0 where a token is allowed, a low number elsewhere
    loss float32 []       the mean of -ln p(wanted token)
    gradient float32 [k, vocab]   d loss / d one-hot input: how the loss begins to change as a place turns to a token
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from model import Decoder, Shape
from onnx import TensorProto, helper, numpy_helper
from onnx_file import Graph


class Weights:
    """The weights of a file, as arrays and as places in it."""

    def __init__(self, path):
        self.file, self.bytes = path.name, path.read_bytes()
        graph = onnx.load_from_string(self.bytes).graph
        self.tensors = {t.name: t for t in graph.initializer}
        attention = next(n for n in graph.node if n.op_type == "Attention")
        heads = {a.name: a.i for a in attention.attribute}
        norm = next(n for n in graph.node if n.op_type == "RMSNormalization")
        embed, table = self.tensors["embed"], self.tensors["rotary.cos"]
        self.shape = Shape(
            vocab=embed.dims[0], width=embed.dims[1], inner=self.tensors["layers.0.down"].dims[0],
            layers=sum(name.endswith(".down") for name in self.tensors), heads=heads["q_num_heads"],
            kv_heads=heads["kv_num_heads"], head_dim=2 * table.dims[1],
            eps=next(a.f for a in norm.attribute if a.name == "epsilon"))

    def array(self, name):
        return numpy_helper.to_array(self.tensors[name]).astype(np.float32)

    def outside(self, name):
        """The tensor as a place in the file."""
        tensor = self.tensors[name]
        raw = tensor.raw_data
        offset = self.bytes.find(raw)
        if len(raw) < 64 or offset < 0:
            raise SystemExit(f"{name} does not lie in {self.file} as it is")
        placed = TensorProto(name=name, data_type=tensor.data_type, dims=tensor.dims, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", self.file), ("offset", offset), ("length", len(raw))):
            placed.external_data.add(key=key, value=str(value))
        return placed


def build(weights):
    g, shape = Graph(), weights.shape
    heads, kv_heads, dim, width = shape.heads, shape.kv_heads, shape.head_dim, shape.width
    group = heads // kv_heads
    scale = g.const(dim ** -0.5, np.float32)

    def weight(name):
        g.initializers.append(weights.outside(name))
        return name if weights.tensors[name].data_type == TensorProto.FLOAT else g.op("Cast", [name], to=TensorProto.FLOAT)

    def add(a, b):
        return g.op("Add", [a, b])

    def mul(a, b):
        return g.op("Mul", [a, b])

    def matmul(a, b):
        return g.op("MatMul", [a, b])

    def turn(a):
        return g.op("Transpose", [a], perm=[1, 0])

    def shaped(a, *sizes):
        return g.op("Reshape", [a, g.const(sizes)])

    def summed(a, axis=-1):
        return g.op("ReduceSum", [a, g.const([axis])], keepdims=1)

    def swapped(a):
        return g.op("Transpose", [a], perm=[0, 1, 3, 2])

    def norm(x, name):
        """-> the normalised rows, and how a derivative by them becomes one by x."""
        w = weight(name)
        square = g.op("ReduceMean", [mul(x, x), g.const([-1])], keepdims=1)
        r = g.op("Reciprocal", [g.op("Sqrt", [add(square, g.const(shape.eps, np.float32))])])
        unit = mul(x, r)

        def back(d):
            d = mul(d, w)
            along = g.op("ReduceMean", [mul(d, unit), g.const([-1])], keepdims=1)
            return mul(r, g.op("Sub", [d, mul(unit, along)]))

        return mul(unit, w), back

    def linear(x, name):
        w = weight(name)
        return matmul(x, w), lambda d: matmul(d, turn(w))

    length = g.dim("input_ids", 0)
    first = [g.const([0]), length, g.const([0])]
    # [s, 1, dim / 2]: beside heads.
    cos, sin = (g.op("Unsqueeze", [g.op("Slice", [weight(f"rotary.{f}"), *first]), g.const([1])]) for f in ("cos", "sin"))

    def halves(x):
        outputs = [f"{x}.first", f"{x}.second"]
        g.op("Split", [x, g.const([dim // 2, dim // 2])], outputs, axis=-1)
        return outputs

    def rotate(x, sin):
        a, b = halves(x)
        return g.op("Concat", [g.op("Sub", [mul(a, cos), mul(b, sin)]), add(mul(b, cos), mul(a, sin))], axis=-1)

    # Position i may look at j <= i.
    places = g.op("Range", [g.const(0), g.op("Squeeze", [length]), g.const(1)])
    seen = g.op("LessOrEqual", [places, g.op("Unsqueeze", [places, g.const([1])])])
    causal = g.op("Where", [seen, g.const(0, np.float32), g.const(-1e30, np.float32)])

    def heads_first(x, parts):
        """[s, kv * parts * dim] -> [kv, parts, s, dim]"""
        return g.op("Transpose", [shaped(x, -1, kv_heads, parts, dim)], perm=[1, 2, 0, 3])

    def heads_last(x, parts):
        return shaped(g.op("Transpose", [x], perm=[2, 0, 1, 3]), -1, kv_heads * parts * dim)

    def rotated(x, count, sin):
        return shaped(rotate(shaped(x, -1, count, dim), sin), -1, count * dim)

    def attention(x, block):
        h, norm_back = norm(x, f"{block}.attn_norm")
        (q, q_back), (k, k_back), (v, v_back) = (linear(h, f"{block}.{part}") for part in "qkv")
        q = heads_first(rotated(q, heads, sin), group)
        k, v = heads_first(rotated(k, kv_heads, sin), 1), heads_first(v, 1)
        p = g.op("Softmax", [add(mul(matmul(q, swapped(k)), scale), causal)], axis=-1)
        y, o_back = linear(heads_last(matmul(p, v), group), f"{block}.o")
        unsin = g.op("Neg", [sin])

        def back(d):
            dy = heads_first(o_back(d), group)
            dv = summed(matmul(swapped(p), dy), 1)
            dp = matmul(dy, swapped(v))
            ds = mul(mul(p, g.op("Sub", [dp, summed(mul(dp, p))])), scale)
            dq = rotated(heads_last(matmul(ds, k), group), heads, unsin)
            dk = rotated(heads_last(summed(matmul(swapped(ds), q), 1), 1), kv_heads, unsin)
            return add(d, norm_back(add(add(q_back(dq), k_back(dk)), v_back(heads_last(dv, 1)))))

        return add(x, y), back

    def mlp(x, block):
        h, norm_back = norm(x, f"{block}.mlp_norm")
        (gate, gate_back), (up, up_back) = (linear(h, f"{block}.{part}") for part in ("gate", "up"))
        s = g.op("Sigmoid", [gate])
        silu = mul(gate, s)
        y, down_back = linear(mul(silu, up), f"{block}.down")

        def back(d):
            dz = down_back(d)
            slope = mul(s, add(g.const(1, np.float32), g.op("Sub", [gate, silu])))
            return add(d, norm_back(add(gate_back(mul(mul(dz, up), slope)), up_back(mul(dz, silu)))))

        return add(x, y), back

    table = weight("embed")
    x = g.op("Gather", [table, "input_ids"], axis=0)
    backs = []
    for i in range(shape.layers):
        for part in (attention, mlp):
            x, back = part(x, f"layers.{i}")
            backs.append(back)
    count = g.dim("targets", 0)
    from_end = g.op("Neg", [count])
    last = g.op("Slice", [x, from_end, g.const([np.iinfo(np.int64).max]), g.const([0])])
    h, norm_back = norm(last, "norm")
    logits = add(matmul(h, turn(table)), "bias")
    logs = g.op("LogSoftmax", [logits], axis=-1)
    wanted = g.op("GatherElements", [logs, g.op("Unsqueeze", ["targets", g.const([1])])], axis=1)
    g.op("Neg", [g.op("ReduceMean", [wanted], keepdims=0)], ["loss"])
    one_hot = g.op("OneHot", ["targets", g.const([shape.vocab]), g.const([0, 1], np.float32)], axis=-1)
    d = g.op("Div", [g.op("Sub", [g.op("Exp", [logs]), one_hot]), g.op("Cast", [count], to=TensorProto.FLOAT)])
    d = norm_back(matmul(d, table))
    before = g.op("Concat", [g.op("Sub", [length, count]), g.const([width])], axis=0)
    zeros = g.op("ConstantOfShape", [before], value=numpy_helper.from_array(np.zeros(1, np.float32)))
    d = g.op("Concat", [zeros, d], axis=0)
    for back in reversed(backs):
        d = back(d)
    g.op("MatMul", [g.op("Gather", [d, "positions"], axis=0), turn(table)], ["gradient"])

    def value(name, kind, *dims):
        return helper.make_tensor_value_info(name, kind, dims)

    inputs = [value("input_ids", TensorProto.INT64, "s"), value("targets", TensorProto.INT64, "n"),
              value("positions", TensorProto.INT64, "k"), value("bias", TensorProto.FLOAT, shape.vocab)]
    outputs = [value("loss", TensorProto.FLOAT), value("gradient", TensorProto.FLOAT, "k", shape.vocab)]
    graph = helper.make_graph(g.nodes, "gradient", inputs, outputs, g.initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=11)


def decoder(weights):
    """The same model in PyTorch."""
    shape = weights.shape
    model = Decoder(shape, weights.tensors["rotary.cos"].dims[0])
    state = {"embed.weight": weights.array("embed"), "norm.weight": weights.array("norm")}
    for i in range(shape.layers):
        block = f"layers.{i}"
        for name in ("attn_norm", "mlp_norm"):
            state[f"{block}.{name}.weight"] = weights.array(f"{block}.{name}")
        for name in ("q", "k", "v", "o", "gate", "up", "down"):
            state[f"{block}.{name}.weight"] = weights.array(f"{block}.{name}").T
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in state.items()})
    model.cos, model.sin = (torch.from_numpy(weights.array(f"rotary.{f}")) for f in ("cos", "sin"))
    return model.requires_grad_(False)


def check(path, weights):
    """Largest difference from PyTorch's derivative, as a part of the largest number in it."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    model, vocab = decoder(weights), weights.shape.vocab
    random = np.random.default_rng(1)
    table, worst = model.embed.weight, 0.0
    for tokens, wanted in ((1, 1), (9, 1), (30, 4)):
        ids, targets = random.integers(5, vocab, tokens), random.integers(5, vocab, wanted)
        bias = np.where(random.random(vocab) < 0.2, -1e9, 0).astype(np.float32)
        bias[targets] = 0
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(ids), vocab).float().requires_grad_()
        hook = model.embed.register_forward_hook(lambda *_: (one_hot @ table)[None])
        logits = model.hidden(torch.from_numpy(ids)[None])[0, -wanted:] @ table.T + torch.from_numpy(bias)
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(targets))
        loss.backward()
        hook.remove()
        positions = random.permutation(tokens)[:7]
        got = session.run(None, {"input_ids": ids, "targets": targets, "positions": positions, "bias": bias})
        want = one_hot.grad.numpy()[positions]
        worst = max(worst, abs(got[0] - loss.item()) / loss.item(), np.abs(got[1] - want).max() / np.abs(want).max())
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB, largest difference from torch: {worst:.1g}")
    if not worst < 1e-3:
        raise SystemExit("the gradient differs from PyTorch's")


def write(folder):
    weights = Weights(folder / "onnx" / "model.onnx")
    path = folder / "onnx" / "model.grad.onnx"
    onnx.save(build(weights), str(path))
    check(path, weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)


if __name__ == "__main__":
    main()

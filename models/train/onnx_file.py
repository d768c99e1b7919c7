"""Writes onnx/model.onnx of a model folder from a checkpoint and checks it against PyTorch.

Standard operators only (opset 23); weights are stored as float16 and cast to float32 when the model loads.
b batch, s new tokens, p cached tokens, t = p + s:

    input_ids int64 [b, s]   attention_mask int64 [b, t]   position_ids int64 [b, s]   num_logits_to_keep int64 []
    past_key_values.N.{key,value} float32 [b, kv_heads, p, head_dim]
    logits float32 [b, n, vocab]   present.N.{key,value} float32 [b, kv_heads, t, head_dim]

n is num_logits_to_keep, the last ones of the new tokens; 0: all of them. Behind the keys and values of the last layer nothing
of the other places is read again, so that the rest of that layer is computed for these n alone (as llama.cpp does with the rows
that it gives out). Every projection has a matrix of its own: where one product holds several, the runtime's Split copies them
apart, which took a tenth of the time.
"""

import hashlib

import numpy as np
import onnx
import onnxruntime
import torch
from model import Decoder
from onnx import TensorProto, helper, numpy_helper

CHECKED = ["config.json", "generation_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json",
           "onnx/model.onnx", "onnx/model.grad.onnx"]


class Graph:
    """Collects nodes and initializers; `op` returns the name of a node's first output."""

    def __init__(self):
        self.nodes, self.initializers, self.constants = [], [], {}

    def tensor(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weight(self, name, array):
        return self.op("Cast", [self.tensor(name, array.astype(np.float16))], to=TensorProto.FLOAT)

    def const(self, value, dtype=np.int64):
        array = np.array(value, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self.constants:
            self.constants[key] = self.tensor(f"const_{len(self.constants)}", array)
        return self.constants[key]

    def op(self, kind, inputs, outputs=None, **attributes):
        name = f"{kind}_{len(self.nodes)}"
        outputs = outputs or [f"{name}_out"]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name, **attributes))
        return outputs[0]

    def dim(self, x, axis):
        return self.op("Shape", [x], start=axis, end=axis + 1)


def attention_bias(g):
    """float [b, 1, s, t]: 0 where a query may look, else the lowest finite float: rows of padding have nothing to
    look at, and -inf would make them NaN."""
    zero, one = g.const(0), g.const(1)
    new, total = g.dim("input_ids", 1), g.dim("attention_mask", 1)
    queries = g.op("Range", [zero, g.op("Squeeze", [new]), one])
    queries = g.op("Add", [queries, g.op("Sub", [total, new])])
    keys = g.op("Range", [zero, g.op("Squeeze", [total]), one])
    causal = g.op("LessOrEqual", [keys, g.op("Unsqueeze", [queries, g.const([1])])])
    real = g.op("Cast", ["attention_mask"], to=TensorProto.BOOL)
    allowed = g.op("And", [g.op("Unsqueeze", [real, g.const([1, 2])]), causal])
    return g.op("Where", [allowed, g.const(0, np.float32), g.const(np.finfo(np.float32).min, np.float32)])


def build(shape, weights, context, name):
    g = Graph()
    heads, kv_heads, dim = shape.heads, shape.kv_heads, shape.head_dim

    def value(name, kind, *dims):
        return helper.make_tensor_value_info(name, kind, dims)

    def norm(x, name):
        return g.op("RMSNormalization", [x, g.tensor(name, weights[f"{name}.weight"])], epsilon=shape.eps)

    def linear(x, name):
        return g.op("MatMul", [x, g.weight(name, weights[f"{name}.weight"].T)])

    def rotate(x, heads, positions):
        return g.op("RotaryEmbedding", [x, cos, sin, positions], num_heads=heads)

    def wanted(x, axis=1):
        """The last num_logits_to_keep places; all for 0, since -0 is where an axis begins."""
        return g.op("Slice", [x, start, g.const([np.iinfo(np.int64).max]), g.const([axis])])

    inputs = [value("input_ids", TensorProto.INT64, "batch_size", "sequence_length"),
              value("attention_mask", TensorProto.INT64, "batch_size", "total_sequence_length"),
              value("position_ids", TensorProto.INT64, "batch_size", "sequence_length"),
              value("num_logits_to_keep", TensorProto.INT64)]
    outputs = [value("logits", TensorProto.FLOAT, "batch_size", "num_logits", shape.vocab)]
    angles = np.arange(context)[:, None] * shape.theta ** (-np.arange(0, dim, 2) / dim)
    cos, sin = (g.tensor(f"rotary.{f.__name__}", f(angles).astype(np.float32)) for f in (np.cos, np.sin))
    bias, positions = attention_bias(g), "position_ids"
    start = g.op("Unsqueeze", [g.op("Neg", ["num_logits_to_keep"]), g.const([0])])
    table = g.weight("embed", weights["embed.weight"])
    x = g.op("Gather", [table, "input_ids"], axis=0)
    for i in range(shape.layers):
        block, past, present = f"layers.{i}", f"past_key_values.{i}", f"present.{i}"
        for part in ("key", "value"):
            inputs.append(value(f"{past}.{part}", TensorProto.FLOAT, "batch_size", kv_heads, "past_sequence_length", dim))
            outputs.append(value(f"{present}.{part}", TensorProto.FLOAT, "batch_size", kv_heads, "total_sequence_length", dim))
        y = norm(x, f"{block}.attn_norm")
        k = rotate(linear(y, f"{block}.k"), kv_heads, "position_ids")
        v = linear(y, f"{block}.v")
        if i == shape.layers - 1:
            x, y, positions, bias = wanted(x), wanted(y), wanted(positions), wanted(bias, axis=2)
        q = rotate(linear(y, f"{block}.q"), heads, positions)
        y = g.op("Attention", [q, k, v, bias, f"{past}.key", f"{past}.value"],
                 [f"{block}.attention", f"{present}.key", f"{present}.value"], q_num_heads=heads, kv_num_heads=kv_heads)
        x = g.op("Add", [x, linear(y, f"{block}.o")])
        y = norm(x, f"{block}.mlp_norm")
        gate = linear(y, f"{block}.gate")
        y = g.op("Mul", [g.op("Mul", [gate, g.op("Sigmoid", [gate])]), linear(y, f"{block}.up")])
        x = g.op("Add", [x, linear(y, f"{block}.down")])
    x = norm(x, "norm")
    full = g.op("Concat", [g.dim(x, 0), g.dim(x, 1), g.const([shape.vocab])], axis=0)
    flat = g.op("Gemm", [g.op("Reshape", [x, g.const([-1, shape.width])]), table], transB=1)
    g.op("Reshape", [flat, full], ["logits"])
    graph = helper.make_graph(g.nodes, name, inputs, outputs, g.initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=11)


def check(path, model, shape):
    """Largest difference of the logits between torch (float16-rounded weights) and the file, in steps on a cache, for all new
    tokens and for the last ones of them."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids = torch.randint(5, shape.vocab, (2, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        want = (model.hidden(ids) @ model.embed.weight.T).numpy()
    cache = {f"past_key_values.{i}.{part}": np.zeros((2, shape.kv_heads, 0, shape.head_dim), np.float32)
             for i in range(shape.layers) for part in ("key", "value")}
    names, difference = [o.name for o in session.get_outputs()], 0.0
    for a, b, keep in ((0, 15, 0), (15, 25, 1), (25, 38, 4), (38, 40, 9)):
        out = dict(zip(names, session.run(None, {
            "input_ids": ids[:, a:b].numpy(), "attention_mask": np.ones((2, b), np.int64),
            "position_ids": np.tile(np.arange(a, b), (2, 1)), "num_logits_to_keep": np.array(keep), **cache})))
        cache = {name: out[name.replace("past_key_values", "present")] for name in cache}
        part = want[:, a:b][:, -keep:]
        if out["logits"].shape != part.shape:
            raise SystemExit(f"{out['logits'].shape} logits for {b - a} tokens of which {keep} were asked")
        difference = max(difference, float(np.abs(out["logits"] - part).max()))
    print(f"largest difference of the logits from torch: {difference:.2g} (range {want.min():.1f} to {want.max():.1f})")
    if not difference < 1e-2:
        raise SystemExit("the exported model differs from the checkpoint")


def write(model, shape, path, context, name):
    """Writes the graph of a decoder whose matrices are rounded to float16, and checks it."""
    onnx.save(build(shape, {k: v.numpy() for k, v in model.state_dict().items()}, context, name), str(path))
    check(path, model, shape)
    print(f"{path.stat().st_size / 1e6:.2f} MB")


def export(checkpoint, shape, folder, context, name):
    """Writes the file. -> nothing; call `checksums` once the other files of the folder are there."""
    model = Decoder(shape)
    model.load_state_dict(torch.load(checkpoint, map_location="cpu")["model"])
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.copy_(parameter.half().float())
    path = folder / "onnx" / "model.onnx"
    path.parent.mkdir(exist_ok=True)
    write(model, shape, path, context, name)


def checksums(folder):
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in CHECKED if (folder / name).exists()]
    (folder / "SHA256SUMS").write_text("".join(lines))

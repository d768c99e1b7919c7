"""The sizes of the model."""

import shared  # noqa: F401
from model import Shape

SHAPE = Shape(vocab=4096, width=192, inner=384, layers=6, heads=6, kv_heads=3, head_dim=32)

"""The decoder: Llama shape (RMSNorm, rotary positions, grouped attention, SwiGLU, tied embedding)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

LOWEST = -1e9


@dataclass
class Shape:
    vocab: int = 3072
    width: int = 256
    inner: int = 512
    layers: int = 8
    heads: int = 8
    kv_heads: int = 4
    head_dim: int = 32
    eps: float = 1e-5
    theta: float = 10000.0


def rotary(shape, length):
    frequencies = shape.theta ** (-torch.arange(0, shape.head_dim, 2).float() / shape.head_dim)
    angles = torch.arange(length).float()[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Norm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


class Layer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.shape = s
        self.attn_norm, self.mlp_norm = Norm(s.width, s.eps), Norm(s.width, s.eps)
        self.q = nn.Linear(s.width, s.heads * s.head_dim, bias=False)
        self.k = nn.Linear(s.width, s.kv_heads * s.head_dim, bias=False)
        self.v = nn.Linear(s.width, s.kv_heads * s.head_dim, bias=False)
        self.o = nn.Linear(s.heads * s.head_dim, s.width, bias=False)
        self.gate = nn.Linear(s.width, s.inner, bias=False)
        self.up = nn.Linear(s.width, s.inner, bias=False)
        self.down = nn.Linear(s.inner, s.width, bias=False)

    def forward(self, x, cos, sin, mask, cache=None):
        s = self.shape
        b, n, _ = x.shape
        y = self.attn_norm(x)
        q = rotate(self.q(y).view(b, n, s.heads, s.head_dim).transpose(1, 2), cos, sin)
        k = rotate(self.k(y).view(b, n, s.kv_heads, s.head_dim).transpose(1, 2), cos, sin)
        v = self.v(y).view(b, n, s.kv_heads, s.head_dim).transpose(1, 2)
        if cache is not None:
            k, v = cache.update(self, k, v)
        group = s.heads // s.kv_heads
        q, k = q.to(v.dtype) * s.head_dim ** -0.5, k.to(v.dtype)
        k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        if mask is None:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=1.0)
        else:
            # Plain products: in bf16 on a CPU they train faster than the fused attention.
            y = (q @ k.transpose(-1, -2) + mask.to(v.dtype)).softmax(-1) @ v
        x = x + self.o(y.transpose(1, 2).reshape(b, n, -1))
        y = self.mlp_norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Decoder(nn.Module):
    def __init__(self, shape, length=1024):
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocab, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.eps)
        cos, sin = rotary(shape, length)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        nn.init.normal_(self.embed.weight, std=0.05)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2 and "embed" not in name:
                scale = 0.5 if name.endswith(("o.weight", "down.weight")) else 1.0
                nn.init.normal_(parameter, std=scale * parameter.shape[1] ** -0.5)

    def hidden(self, ids, fused=False):
        """`fused`: one operation for the attention on a CPU, too, which is the faster one in float32."""
        n = ids.shape[1]
        cos, sin = self.cos[:n], self.sin[:n]
        mask = None if fused or ids.is_cuda else torch.full((n, n), LOWEST).triu(1)
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return self.norm(x)

    def step(self, ids, positions, cache):
        """New tokens on a cache: logits of the last position of every row. Used for generation."""
        cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        mask = cache.mask(ids.shape[1])
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, cos, sin, mask, cache)
        cache.length += ids.shape[1]
        return self.norm(x) @ self.embed.weight.T


class Cache:
    """Keys and values of a batch whose rows are padded on the left; `real` marks true tokens."""

    def __init__(self, real):
        self.real, self.length, self.kept = real, 0, {}

    def update(self, layer, k, v):
        if layer in self.kept:
            old_k, old_v = self.kept[layer]
            k, v = torch.cat([old_k, k], 2), torch.cat([old_v, v], 2)
        self.kept[layer] = (k, v)
        return k, v

    def mask(self, n):
        total = self.length + n
        causal = torch.arange(total)[None] <= (torch.arange(n) + self.length)[:, None]
        seen = causal[None, None] & self.real[:, None, None, :total]
        return torch.where(seen, 0.0, LOWEST)

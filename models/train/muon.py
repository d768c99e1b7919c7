"""The optimizer of the layers' matrices."""

import torch


def orthogonal(g, precision):
    """Newton-Schulz iteration towards the nearest orthogonal matrix; g is [count, rows, columns]."""
    x = g.to(precision)
    flip = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if flip else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.transpose(1, 2) if flip else x).float()


class Muon:
    """Momentum with orthogonal updates, for the matrices of the layers."""

    def __init__(self, parameters, momentum=0.95, precision=torch.bfloat16):
        self.groups = {}
        for parameter in parameters:
            self.groups.setdefault(parameter.shape, []).append(parameter)
        self.momentum, self.precision = momentum, precision
        self.state = {shape: torch.zeros(len(ps), *shape, device=ps[0].device) for shape, ps in self.groups.items()}

    @torch.no_grad()
    def step(self, rate, decay):
        for shape, parameters in self.groups.items():
            grad = torch.stack([p.grad for p in parameters])
            m = self.state[shape]
            m.lerp_(grad, 1 - self.momentum)
            update = orthogonal(grad.lerp(m, self.momentum), self.precision) * max(1, shape[0] / shape[1]) ** 0.5
            torch._foreach_mul_(parameters, 1 - rate * decay)
            torch._foreach_sub_(parameters, list(update), alpha=rate)

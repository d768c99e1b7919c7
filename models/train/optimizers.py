"""What moves the parameters of a decoder: Muon the layers' matrices, AdamW the rest."""

import torch
from muon import Muon

ADAM_SHARE = 0.15
DECAY = 0.02


class Optimizers:
    """Both, with one rate: AdamW has 0.15 of it."""

    def __init__(self, model, precision=torch.bfloat16):
        named = list(model.named_parameters())
        self.rest = [p for name, p in named if p.dim() < 2 or "embed" in name]
        self.muon = Muon([p for name, p in named if p.dim() == 2 and "embed" not in name], precision=precision)
        self.adam = torch.optim.AdamW(self.rest, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.0)
        self.model = model

    def step(self, rate):
        """Takes the gradients that were gathered, and clears them."""
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = rate * ADAM_SHARE
        self.adam.step()
        self.muon.step(rate, DECAY)
        self.model.zero_grad(set_to_none=True)

    def state(self):
        return {"adam": self.adam.state_dict(), "muon": self.muon.state}

    def load(self, saved):
        self.adam.load_state_dict(saved["adam"])
        self.muon.state = {shape: state.to(next(self.model.parameters()).device) for shape, state in saved["muon"].items()}

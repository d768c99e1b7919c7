"""Lets xgrammar be loaded where torch and transformers are not installed."""

import sys
import types


def stand_in_for_torch():
    """xgrammar names classes of torch and transformers when it is loaded; with a numpy mask it uses neither."""
    import tvm_ffi  # noqa: F401  looks for the real torch when it is loaded

    class StandIn(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {})

    torch = StandIn("torch")
    torch.int32 = "int32"
    torch.tensor = lambda *args, **kwargs: None
    sys.modules["torch"] = torch
    sys.modules["transformers"] = StandIn("transformers")

"""Other names for what a program declares: a model that fills gaps must read the names, not know them."""

import re

from words import RESERVED, new_name

DECLARED = [
    ("value", re.compile(r"\b(?:const|let) (\w+)\b")),
    ("value", re.compile(r"[(,] ?(?:public |private |readonly )*(\w+)\??: ")),
    ("value", re.compile(r"\b(?:private|public) (?:static )?(?:readonly )?(\w+)(?: =|: )")),
    ("function", re.compile(r"\bfunction\*? (\w+)")),
    ("function", re.compile(r"^  (?:public |private )?(?:static )?(\w+)\([^()]*\): [^\n]* \{$", re.M)),
    ("type", re.compile(r"\b(?:class|interface|type|enum) (\w+)")),
]


def rename(r, text, share):
    """Each declared name gets another one with this probability."""
    taken = set(re.findall(r"[A-Za-z_]\w*", text))
    changes = {}
    for kind, pattern in DECLARED:
        for name in pattern.findall(text):
            if name in RESERVED or name in changes or name.startswith("_") or r.random() >= share:
                continue
            changes[name] = new_name(r, taken, kind)
            taken.add(changes[name])
    if not changes:
        return text
    return re.sub(r"[A-Za-z_]\w*", lambda m: changes.get(m[0], m[0]), text)

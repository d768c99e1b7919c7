"""Programs from the texts of units/: a choice of every alternative, names filled in, parts shuffled."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "units"
CHOICE = re.compile(r"⟨([^⟨⟩]*)⟩")
PARTS = re.compile(r"⟪([^⟪⟫]*)⟫")
NAME = re.compile(r"[A-Za-z_]\w*")
# Words that mean something by themselves: a choice between them is no other name for the same thing.
FIXED = set("undefined null true false void this string number boolean default public private readonly Error RangeError "
            "RegExp SyntaxError const let a b value".split())
GONE = "\0"


def pascal(name):
    return name[:1].upper() + name[1:]


def upper(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).upper()


def plural(name):
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def load():
    """-> list of (bindings: {letter: alternatives}, text)"""
    units = []
    for path in sorted(FOLDER.glob("*.txt")):
        text = "".join(line for line in path.read_text(encoding="utf-8").splitlines(True) if not line.startswith("# "))
        for part in text.split("\n===\n"):
            head, body = part.split("---\n", 1)
            bindings = [line.split(" = ", 1) for line in head.strip().splitlines()]
            units.append(({name: alternatives.split("|") for name, alternatives in bindings}, body.rstrip("\n") + "\n"))
    return units


UNITS = load()


def choose(r, text):
    """One alternative of each choice; where they are names of one thing, that name everywhere."""
    while True:
        match = CHOICE.search(text)
        if match is None:
            return text
        options = match.group(1).split("¦")
        chosen = r.choice(options)
        first = options[0]
        before, after = text[:match.start()], text[match.end():]
        if all(NAME.fullmatch(o) for o in options) and not FIXED & set(options):
            word = re.compile(rf"(?<![\w@]){re.escape(first)}(?!\w)")
            before, after = word.sub(chosen, before), word.sub(chosen, after)
        text = before + (chosen or GONE) + after


def shuffle(r, text):
    def parts(match):
        found = match.group(1).split("¦¦")
        kept = [part.removeprefix("~") for part in found if not part.startswith("~") or r.random() < 0.8]
        if r.random() < 0.5:
            r.shuffle(kept)
        return "\n\n".join(kept)
    return PARTS.sub(parts, text)


def fill(r, text, bindings):
    chosen = {}
    for name, alternatives in bindings.items():
        free = [x for x in alternatives if x not in chosen.values()] or alternatives
        chosen[name] = r.choice(free)
    for name in sorted(chosen, key=len, reverse=True):
        word = chosen[name]
        text = text.replace(f"@^{name}s", pascal(plural(word)) if f"@{name}s" not in chosen else pascal(word))
        text = re.sub(rf"@\^{name}(?![a-z])", lambda _: pascal(word), text)
        text = re.sub(rf"@\^{name}", lambda _: pascal(word), text)
        text = re.sub(rf"@!{name}", lambda _: upper(word), text)
        if name + "s" not in chosen:
            text = re.sub(rf"@{name}s(?!\w)", lambda _: plural(word), text)
        text = re.sub(rf"@{name}(?!\w)", lambda _: word, text)
        text = re.sub(rf"@{name}(?=[A-Z])", lambda _: word, text)
    return text


def unit(r):
    bindings, text = r.choice(UNITS)
    text = choose(r, shuffle(r, text))
    text = re.sub(rf"^[ ]*{GONE}[ ]*\n", "", text, flags=re.M).replace(GONE, "")
    return fill(r, text, bindings)

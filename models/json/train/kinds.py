"""The kinds of text of kinds.txt and the meanings of meanings.txt and bools.txt.

kinds.txt: `# name`, then a line `slot maker: field names` for each slot, then a line `- sentence | sentence ...` for each group;
see domains.py. meanings.txt: `# field names`, then a line `class: labels | sentence | sentence ...` for each class. bools.txt:
`field names | true sentence ; ... | false sentence ; ...`.
"""

import re
from pathlib import Path

import domains
import values
from domains import BOOL, Enum, Items, Literal, domain
from values import choice_of, integer_between, list_of

HERE = Path(__file__).resolve().parent


def maker(text):
    if text == "bool":
        return BOOL
    kind, _, inside = text.partition("(")
    inside = inside.removesuffix(")")
    if kind == "int":
        return integer_between(*map(int, inside.split(",")))
    if kind == "one":
        return choice_of([x.strip() for x in inside.split(";")])
    if kind == "lit":
        return Literal(*inside.split("/"))
    if kind == "enum":
        return Enum(**dict(part.split("=") for part in inside.split(";")))
    if kind == "list":
        name, low, high = inside.split(",")
        return list_of(getattr(values, name), int(low), int(high))
    if kind == "items":
        return getattr(domains, inside)
    return getattr(values, text)


def read_kinds():
    for block in re.split(r"^# ", (HERE / "kinds.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, *lines = block.strip().splitlines()
        slots, groups = {}, []
        for line in lines:
            if line.startswith("- "):
                groups.append([sentence.strip().replace("\\n", "\n") for sentence in line[2:].split(" | ")])
            else:
                head, names = line.rsplit(": ", 1)
                slot, make = head.split(" ", 1)
                slots[slot] = (maker(make), names)
        domain(name, slots, *groups)


def read_meanings():
    """-> [({class: (labels, sentences)}, field names)]"""
    out = []
    for block in re.split(r"^# ", (HERE / "meanings.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        names, *lines = block.strip().splitlines()
        table = {}
        for line in lines:
            head, *sentences = line.split(" | ")
            key, labels = head.split(": ")
            table[key] = (labels, sentences)
        out.append((table, names))
    return out


def read_bools():
    """-> [(field names, true sentences, false sentences)]"""
    lines = (HERE / "bools.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line]
    return [(names.split(), yes.split(" ; "), no.split(" ; ")) for names, yes, no in rows]


read_kinds()
MEANINGS, BOOLS = read_meanings(), read_bools()

"""Gaps of programs as they are asked for in a repair: whole lines, several lines, parts of a line.

What stands in front of a gap has no blanks at its end: the model writes them, as in src/repair/loop/hole-text.ts.
"""

import re

TOKEN = re.compile(r"\s+|[A-Za-z_$][\w$]*|\d[\w.]*|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`|=>|===|!==|==|!=|<=|>=|\*\*|&&|\|\||\?\?|\?\.|\+\+|--|"
                   r"[-+*/%|&]=|\.\.\.|.")
DULL = re.compile(r"^[\s})\];,({]*$")
NOTE = re.compile(r"^\s*(//|/?\*|import\b|export (\*|\{))")
CALL = re.compile(r"[\w$\])]\(")
CONDITION = re.compile(r"\b(?:if|while) \(|[^?]\?(?= )")


def closing(text, start):
    """Where the bracket that stands before `start` is closed in the line; -1 where it is not."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            if depth == 0:
                return i
            depth -= 1
    return -1


def borders(line):
    """Starts and ends of the tokens of a line, without blanks."""
    at, found = 0, []
    for match in TOKEN.finditer(line):
        if not match[0].isspace():
            found.append((match.start(), match.end()))
        at = match.end()
    return found


def part(r, line):
    """(from, to) of a gap in a line."""
    cuts = borders(line)
    kind = r.random()
    if kind < 0.2:
        calls = [m.end() for m in CALL.finditer(line)]
        if calls:
            start = r.choice(calls)
            end = closing(line, start)
            if end >= 0:
                x = r.random()
                if x < 0.25:  # What is called.
                    name = re.search(r"[\w$]+$", line[:start - 1])
                    if name:
                        return name.start(), start - 1
                commas = [start] + [i + 1 for i in range(start, end) if line[i] == "," and line[start:i].count("(") == line[start:i].count(")")] + [end + 1]
                if x < 0.6 and len(commas) > 2:  # One argument.
                    i = r.randrange(len(commas) - 1)
                    return commas[i], commas[i + 1] - 1
                return start, end
    if kind < 0.32:
        conditions = [m.end() for m in CONDITION.finditer(line)]
        if conditions:
            start = r.choice(conditions)
            end = closing(line, start)
            if end >= 0:
                joints = [m for m in re.finditer(r" (&&|\|\|) ", line[start:end])]
                if joints and r.random() < 0.7:
                    joint = r.choice(joints)
                    return (start + joint.end(), end) if r.random() < 0.5 else (start, start + joint.start())
                return start, end
    if len(cuts) < 2:
        return 0, len(line)
    if kind < 0.7:  # The first tokens are kept.
        return r.choice(cuts[:-1])[1], len(line)
    if kind < 0.93:  # The last tokens are kept.
        return 0, r.choice(cuts[1:])[0]
    i = r.randrange(len(cuts))
    return cuts[i][0], cuts[min(len(cuts) - 1, i + r.choice([0, 0, 1, 2, 3]))][1]


def gap(r, lines, whole=0.5, several=0.08):
    """-> (text before, gap, text after) as texts, or None where there is no line to leave out."""
    good = [i for i, line in enumerate(lines) if not DULL.match(line) and (not NOTE.match(line) or r.random() < 0.05)]
    if not good:
        return None
    at = r.choice(good)
    if r.random() < 0.04:
        at = r.randrange(len(lines))
    x = r.random()
    end = min(len(lines), at + (r.choice([2, 2, 3]) if whole <= x < whole + several else 1))
    text = "\n".join(lines[at:end])
    start, stop = (0, len(text)) if x < whole + several else part(r, text)
    before = "".join(line + "\n" for line in lines[:at]) + text[:start]
    kept = before.rstrip(" \t")
    middle = before[len(kept):] + text[start:stop]
    after = text[stop:] + "".join("\n" + line for line in lines[end:])
    return kept or "\n", middle, after

"""The sources of packages as they are trained on: without most comments, in several hands, the small and plain ones first."""

import hashlib
import json
import re

from style import double_quotes, indent, semicolons, single_quotes

# Characters of one package that are used at most, and the packages that are closest to small programs, which may have more.
MOST = 450_000
CLOSE = {"data-structure-typed": 900_000, "js-sdsl": 900_000, "tstl": 700_000, "radash": 900_000}
# Every so many-th file is never trained on: evaluation reads those.
HELDOUT = 20

BLOCK_COMMENT = re.compile(r"(?<![\w'\"`*/])/\*(?!\*/).*?\*/", re.S)
LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n", re.M)
TYPE_LEVEL = re.compile(r"\binfer\b|\bextends\b[^{]*\?|<[^<>]*<[^<>]*<|\bkeyof\b|^\s*[|&] ")


def is_heldout(text):
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % HELDOUT == 0


def clean(text):
    """Without licence heads and block comments; None for what is no hand-written code, or mostly types."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    text = BLOCK_COMMENT.sub("", text)
    text = re.sub(r"[ \t]+$", "", text, flags=re.M)
    text = re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 8 or len(text) / len(lines) > 80 or max(map(len, lines)) > 400:
        return None
    if sum(bool(TYPE_LEVEL.search(line)) for line in lines) > 0.12 * len(lines):
        return None
    if sum(line.startswith(("export * ", "export {", "import ")) for line in lines) > 0.4 * len(lines):
        return None
    return text


def load(path, excluded=frozenset()):
    """-> (texts to train on, texts held out), each (package, text); `excluded` are hashes of files as they are shipped."""
    used, train, heldout = {}, [], []
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    rows.sort(key=lambda row: hashlib.sha256(row["text"].encode()).hexdigest())
    for row in rows:
        package = row["package"]
        if hashlib.sha256(row["text"].encode()).hexdigest() in excluded:
            continue
        text = clean(row["text"])
        if text is None:
            continue
        if is_heldout(row["text"]):
            heldout.append((package, text))
        elif used.get(package, 0) + len(text) <= CLOSE.get(package, MOST):
            used[package] = used.get(package, 0) + len(text)
            train.append((package, text))
    return train, heldout


def restyle(r, text):
    """Another hand, some of the time; import lines and most line comments away."""
    if r.random() < 0.8:
        text = LINE_COMMENT.sub("", text)
    if r.random() < 0.7:
        text = re.sub(r"^import [^;]*?['\"];?\n", "", text, flags=re.M).lstrip("\n")
    if r.random() < 0.5:
        text = single_quotes(text)
    elif r.random() < 0.1:
        text = double_quotes(text)
    widths = [len(x) for x in re.findall(r"^( {2,})\S", text, re.M)]
    if widths and r.random() < 0.9:
        if text.count("\n\t") > 3:
            text = re.sub(r"^\t+", lambda m: "  " * len(m[0]), text, flags=re.M)
        elif sum(width % 4 == 0 for width in widths) > 0.9 * len(widths):
            text = re.sub(r"^( {4})+", lambda m: " " * (len(m[0]) // 2), text, flags=re.M)
    elif r.random() < 0.3:
        text = indent(text, "    ")
    if r.random() < 0.4:
        text = semicolons(text)
    return text

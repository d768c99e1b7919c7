"""Fetches the packages of packages.json, checks their hashes, and takes out the TypeScript that they ship.

    python fetch.py --work FOLDER [--list]

Sources are files that end in .ts, and the sources that source maps hold. Declarations, tests and data are left out. FOLDER/sources.jsonl
has one file a line: {"package", "path", "text"}. With --list the entries of packages.json are made anew from names (NAME@VERSION a line on
standard input).
"""

import argparse
import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIST = HERE / "packages.json"
LICENCES = {"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}
UNWANTED = re.compile(r"\.d\.m?ts$|(^|[/._-])(tests?|specs?|examples?|bench(marks?)?|fixtures|mocks?|__\w+__|stories|locales?|node_modules|generated|chains)([/._-]|$)", re.I)


def pack(names, folder):
    """Tarballs of NAME@VERSION, through npm. -> [(NAME@VERSION, bytes)]"""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name in names:
        package, version = name.rsplit("@", 1)
        path = folder / f"{package.replace('@', '').replace('/', '-')}-{version}.tgz"
        if not path.exists():
            subprocess.run(["npm", "pack", name, "--silent", "--ignore-scripts", "--pack-destination", str(folder)], check=True,
                           stdout=subprocess.DEVNULL)
        found.append((name, path.read_bytes()))
    return found


def integrity(data):
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith((".ts", ".mts", ".map", "/package.json")):
                yield member.name.split("/", 1)[1], tar.extractfile(member).read().decode("utf-8", "replace")


def sources(data):
    """(path, text) of every TypeScript source in a tarball, each text once."""
    seen = set()
    maps = []
    for path, text in members(data):
        if path.endswith(".map"):
            maps.append(text)
        elif path.endswith((".ts", ".mts")) and not UNWANTED.search(path):
            if text not in seen:
                seen.add(text)
                yield path, text
    for text in maps:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        for path, content in zip(found.get("sources") or [], found.get("sourcesContent") or []):
            if content and path.endswith((".ts", ".mts")) and not UNWANTED.search(path) and content not in seen:
                seen.add(content)
                yield re.sub(r"^(\.\./|\./)+", "", path), content


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    folder = args.work / "packages"
    if args.list:
        entries = []
        for name, data in pack(sys.stdin.read().split(), folder):
            facts = next(json.loads(text) for path, text in members(data) if path == "package.json")
            files = list(sources(data))
            size = sum(len(text) for _, text in files)
            licence = facts.get("license")
            if licence in LICENCES and size > 4000:
                entries.append({"name": facts["name"], "version": facts["version"], "licence": licence, "integrity": integrity(data)})
            print(f"{name}: {licence}, {len(files)} files, {size} characters", file=sys.stderr)
        LIST.write_text("[\n" + ",\n".join("  " + json.dumps(e) for e in entries) + "\n]\n")
        return
    entries = json.loads(LIST.read_text())
    count = 0
    with open(args.work / "sources.part", "w", encoding="utf-8") as out:
        for entry, (name, data) in zip(entries, pack([f"{e['name']}@{e['version']}" for e in entries], folder)):
            if integrity(data) != entry["integrity"]:
                raise SystemExit(f"{name} is not the package that packages.json names: its hash differs")
            for path, text in sources(data):
                out.write(json.dumps({"package": entry["name"], "path": path, "text": text}) + "\n")
                count += 1
    (args.work / "sources.part").rename(args.work / "sources.jsonl")
    print(f"{count} source files of {len(entries)} packages")


if __name__ == "__main__":
    main()

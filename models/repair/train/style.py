"""One program in many hands: semicolons, quotes, indentation, modifiers, short and long forms."""

import re


def semicolons(text):
    """Without those at the ends of lines; kept where the next line could be read as going on."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        following = lines[i + 1].lstrip() if i + 1 < len(lines) else ""
        if line.endswith(";") and not following.startswith(("(", "[", "`", "+", "-", "/")) and "for (" not in line:
            lines[i] = line[:-1]
    return "\n".join(lines)


def double_quotes(text):
    return re.sub(r"'([^'\"\\\n]*)'", r'"\1"', text)


def single_quotes(text):
    return re.sub(r"\"([^'\"\\\n]*)\"", r"'\1'", text)


def indent(text, unit):
    """Two blanks become `unit`."""
    return re.sub(r"^( +)", lambda m: unit * (len(m.group(1)) // 2) + " " * (len(m.group(1)) % 2), text, flags=re.M)


def short_bodies(r, text):
    """`if (…) {` with one short statement becomes one line, some of the time."""
    pattern = re.compile(r"^( *)(if|for|while) \((.*)\) \{\n +((?:return|throw|continue|break)?[^\n{}]*;)\n\1\}\n(?!\1else)", re.M)

    def join(match):
        line = f"{match[1]}{match[2]} ({match[3]}) {match[4]}\n"
        return line if len(line) < 90 and r.random() < 0.8 else match[0]
    return pattern.sub(join, text)


def arrows(r, text):
    """Functions as constants."""
    def turn(match):
        if r.random() < 0.3:
            return match[0]
        return f"{match[1] or ''}const {match[2]} = {match[3] or ''}({match[4]}){match[5] or ''} => {{"
    return re.sub(r"^(export )?function (\w+)(<[^()\n]*>)?\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)(: [^{\n]+)? \{$", turn, text, flags=re.M)


def underscores(text):
    """Private members with an underscore."""
    for name in set(re.findall(r"private (?:static )?(?:readonly )?([a-z]\w*)(?=[:;?=) ]*[:;=,?])", text)):
        text = re.sub(rf"(private (?:static )?(?:readonly )?){name}\b", rf"\1_{name}", text)
        text = re.sub(rf"\b(this|other)\.{name}\b(?!\()", rf"\1._{name}", text)
    return text


def constructor_fields(r, text):
    """Parameter properties written out as fields."""
    pattern = re.compile(r"  constructor\((\s*)((?:(?:public|private) (?:readonly )?\w+: [^,()\n{]+,?\s*)+)\) \{\}\n")

    def write(match):
        found = re.findall(r"(public|private) (readonly )?(\w+): ([^,()\n]+)", match[2])
        fields = "".join(f"  {m} {ro}{name}: {kind.strip()};\n" for m, ro, name, kind in found)
        parameters = ", ".join(f"{name}: {kind.strip()}" for _, _, name, kind in found)
        body = "".join(f"    this.{name} = {name};\n" for _, _, name, _ in found)
        return f"{fields}\n  constructor({parameters}) {{\n{body}  }}\n"
    return pattern.sub(write, text) if r.random() < 0.6 else text


def restyle(r, text):
    text = constructor_fields(r, text)
    if r.random() < 0.5:
        text = re.sub(r"^( +)public (?!readonly|\w+:|\w+ =)", r"\1", text, flags=re.M)
        if r.random() < 0.7:
            text = re.sub(r"^( +)public (?=readonly|\w+:|\w+ =)(?!.*,$)", r"\1", text, flags=re.M)
    if r.random() < 0.25:
        text = text.replace("private ", "")  if r.random() < 0.2 else underscores(text)
    if r.random() < 0.3:
        text = short_bodies(r, text)
    if r.random() < 0.3:
        text = arrows(r, text)
    if r.random() < 0.2:
        text = re.sub(r"\): (?:void|number|string|boolean|string\[\]|number\[\]) \{$", ") {", text, flags=re.M)
    if r.random() < 0.12:
        text = re.sub(r"\b(\w+)\[\](?=[ ;,)=])", lambda m: f"Array<{m[1]}>" if m[1] in ("string", "number", "T", "boolean") else m[0], text)
    if r.random() < 0.4:
        text = re.sub(r"\b(\w+)\+\+(?=[;)])", r"\1 += 1", text)
    elif r.random() < 0.3:
        text = re.sub(r"\b(\w+) \+= 1(?=[;)])", r"\1++", text)
    if r.random() < 0.15:
        text = re.sub(r"^export (?=(?:function|const|class|interface|type|enum) )", lambda m: m[0] if r.random() < 0.4 else "", text, flags=re.M)
    elif r.random() < 0.05:
        text = re.sub(r"^export class", "export default class", text, count=1, flags=re.M)
    if r.random() < 0.3:
        text = re.sub(r",(?=\n\s*[)\]}])", "", text)
    if r.random() < 0.5:
        text = semicolons(text)
    if r.random() < 0.2:
        text = double_quotes(text)
    if r.random() < 0.12:
        text = indent(text, r.choice(["    ", "    ", "\t"]))
    return text

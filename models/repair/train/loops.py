"""Functions of statements drawn one by one, over numbers, strings and lists; every name that is read was declared, with the right type."""

from words import RESERVED, camel, new_name


class Scope:
    def __init__(self, r):
        self.r, self.names, self.taken = r, [], set()

    def declare(self, kind, mutable=False, name=None):
        name = name or new_name(self.r, self.taken)
        self.taken.add(name)
        self.names.append((name, kind, mutable))
        return name

    def of(self, kind, mutable=False):
        return [n for n, k, m in self.names if k == kind and (m or not mutable)]


def pick(r, options):
    """The newer ones more often."""
    return options[max(r.randrange(len(options)), r.randrange(len(options)))]


def number(s, depth=0):
    r = s.r
    known, lists, texts = s.of("number"), s.of("number[]"), s.of("string") + s.of("number[]") + s.of("string[]")
    x = r.random()
    if known and x < 0.5:
        return pick(r, known)
    if x < 0.6 or depth > 1:
        return str(r.choice([0, 1, 2, 3, 5, 10, 100]))
    if texts and x < 0.72:
        return pick(r, texts) + ".length"
    if lists and known and x < 0.8:
        return f"{pick(r, lists)}[{pick(r, known)}]"
    if x < 0.84:
        return f"Math.{r.choice(['max', 'min'])}({number(s, 2)}, {number(s, 2)})"
    if x < 0.88:
        return f"Math.{r.choice(['floor', 'abs', 'round', 'ceil'])}({number(s, 1)})"
    return f"{number(s, 2)} {r.choice('++--**/%')} {number(s, 2)}"


def text(s, depth=0):
    r = s.r
    known, lists, numbers = s.of("string"), s.of("string[]"), s.of("number")
    x = r.random()
    if known and x < 0.35:
        return pick(r, known)
    if known and x < 0.6:
        name = pick(r, known)
        return name + r.choice([".toLowerCase()", ".toUpperCase()", ".trim()", f".slice({number(s, 2)})", f".charAt({number(s, 2)})", f"[{number(s, 2)}]",
                                f".repeat({number(s, 2)})", f".padStart({number(s, 2)}, '0')", f".slice(0, {number(s, 2)})"])
    if numbers and x < 0.7:
        return r.choice(["String({})", "{}.toString()", "`${{{}}}`"]).format(pick(r, numbers))
    if known and x < 0.8:
        return "`${" + pick(r, known) + "}" + r.choice([" ", "-", ": ", ", ", ""]) + "${" + (pick(r, numbers) if numbers and r.random() < 0.5 else pick(r, known)) + "}`"
    if lists and x < 0.9:
        return pick(r, lists) + f".join('{r.choice([' ', ',', ', ', '', '-'])}')"
    return "'" + r.choice(["", " ", "-", ",", "a", "x", "yes", "no", "0", "none"]) + "'"


def condition(s, depth=0):
    r = s.r
    texts, lists, flags = s.of("string"), s.of("string[]") + s.of("number[]"), s.of("boolean")
    x = r.random()
    if x < 0.5 or depth > 1:
        return f"{number(s, 1)} {r.choice(['<', '>', '<=', '>=', '===', '!=='])} {number(s, 2)}"
    if texts and x < 0.68:
        name = pick(r, texts)
        return r.choice([f"{name} {r.choice(['===', '!=='])} {text(s)}", f"{name}.{r.choice(['startsWith', 'endsWith', 'includes'])}({text(s)})", f"{name}.length === {number(s, 2)}",
                         f"/^[{r.choice(['a-z', '0-9', 'A-Z', 'a-zA-Z'])}]+$/.test({name})"])
    if lists and x < 0.78:
        name = pick(r, lists)
        kind = text(s) if name in s.of("string[]") else number(s, 2)
        return r.choice([f"{name}.includes({kind})", f"{name}.length {r.choice(['===', '>', '<'])} {number(s, 2)}", f"!{name}.includes({kind})"])
    if flags and x < 0.85:
        return r.choice(["", "!"]) + pick(r, flags)
    if x < 0.9:
        return f"{number(s, 2)} % {r.choice([2, 3, 4, 5, 7, 10])} === {r.choice([0, 0, 1])}"
    return f"{condition(s, 2)} {r.choice(['&&', '||'])} {condition(s, 2)}"


MAKERS = {"number": number, "string": text, "boolean": condition}


def statements(s, depth, pad, count):
    r, out = s.r, []
    for _ in range(count):
        x = r.random()
        mark = len(s.names)
        changing = [(n, k) for n, k, m in s.names if m]
        if x < 0.25 or not changing:
            kind = r.choice(["number", "number", "string", "string[]", "number[]", "boolean"])
            mutable = not changing or r.random() < 0.4
            if kind.endswith("[]"):
                lists = s.of("string" if kind == "string[]" else kind)
                if lists and r.random() < 0.5:
                    source = pick(r, lists)
                    value = r.choice([f"{source}.split('{r.choice([' ', ',', ''])}')", f"[...{source}]"]) if kind == "string[]" else \
                        r.choice([f"[...{source}]", f"{source}.slice({number(s, 2)})", f"{source}.filter((value) => value {r.choice('<>')} {number(s, 2)})", f"{source}.map((value) => value {r.choice('+*-')} {number(s, 2)})"])
                    out.append(f"{pad}const {s.declare(kind, True)} = {value};\n")
                else:
                    out.append(f"{pad}const {s.declare(kind, True)}: {kind} = [];\n")
            elif mutable:
                start = {"number": r.choice(["0", "1", "0", number(s)]), "string": r.choice(["''", text(s)]), "boolean": r.choice(["true", "false"])}[kind]
                out.append(f"{pad}let {s.declare(kind, True)} = {start};\n")
            else:
                value = MAKERS[kind](s)
                out.append(f"{pad}const {s.declare(kind)} = {value};\n")
        elif x < 0.55 or depth == 0:
            name, kind = pick(r, changing)
            if kind == "number":
                out.append(pad + r.choice([f"{name} {r.choice(['+=', '+=', '-=', '*='])} {number(s)};", f"{name}++;", f"{name} = {number(s)};", f"{name} = Math.max({name}, {number(s, 2)});"]) + "\n")
            elif kind == "string":
                out.append(f"{pad}{name} {r.choice(['+=', '='])} {text(s)};\n")
            elif kind == "boolean":
                out.append(f"{pad}{name} = {r.choice(['true', 'false', '!' + name, condition(s)])};\n")
            else:
                value = text(s) if kind == "string[]" else number(s)
                out.append(f"{pad}{name}.{r.choice(['push', 'push', 'push', 'unshift'])}({value});\n")
        elif x < 0.8:
            out.append(f"{pad}if ({condition(s)}) {{\n{block(s, depth, pad)}{pad}}}")
            if r.random() < 0.3:
                out[-1] += f" else if ({condition(s)}) {{\n{block(s, depth, pad)}{pad}}}"
            if r.random() < 0.35:
                out[-1] += f" else {{\n{block(s, depth, pad)}{pad}}}"
            out[-1] += "\n"
            del s.names[mark:]
        else:
            out.append(loop(s, depth, pad))
            del s.names[mark:]
    return "".join(out)


def block(s, depth, pad):
    mark = len(s.names)
    made = statements(s, depth - 1, pad + "  ", s.r.choice([1, 1, 2]))
    del s.names[mark:]
    return made


def loop(s, depth, pad):
    r = s.r
    lists = s.of("number[]") + s.of("string[]") + s.of("string")
    x = r.random()
    if lists and x < 0.4:
        source = pick(r, lists)
        kind = "number" if source in s.of("number[]") else "string"
        name = s.declare(kind)
        head = f"for (const {name} of {source}) {{\n"
    elif x < 0.85:
        i = next((n for n in ["i", "j", "k"] if n not in s.taken), None) if r.random() < 0.7 else None
        bound = number(s, 2) if not lists or r.random() < 0.4 else pick(r, lists) + ".length"
        name = s.declare("number", name=i)
        if r.random() < 0.8:
            head = f"for (let {name} = {r.choice([0, 0, 0, 1])}; {name} {r.choice(['<', '<', '<='])} {bound}; {name}++) {{\n"
        else:
            head = f"for (let {name} = {bound} - 1; {name} >= 0; {name}--) {{\n"
    else:
        head = f"while ({condition(s)}) {{\n"
    body = statements(s, depth - 1, pad + "  ", r.choice([1, 2, 2, 3]))
    if r.random() < 0.12:
        body = f"{pad}  if ({condition(s)}) {{\n{pad}    {r.choice(['continue', 'break', 'break'])};\n{pad}  }}\n" + body
    return f"{pad}{head}{body}{pad}}}\n"


def function(r, taken):
    """One function with a name that is not in `taken`."""
    s = Scope(r)
    name = new_name(r, taken, "function")
    taken.add(name)
    parameters = [(s.declare(kind), kind) for kind in r.choices(["number", "number[]", "string", "string[]", "number", "string"], k=r.choice([1, 2, 2, 3]))]
    kind = r.choice(["number", "number", "string", "boolean", "number[]", "string[]"])
    start = {"number": r.choice(["0", "1"]), "string": "''", "boolean": r.choice(["true", "false"]), "number[]": "[]", "string[]": "[]"}[kind]
    result = s.declare(kind, True, r.choice([None, "result", "output", "found", "answer"]))
    word = "const" if kind.endswith("[]") else "let"
    first = f"  {word} {result}{': ' + kind if kind.endswith('[]') else ''} = {start};\n"
    guard = f"  if ({condition(s)}) {{\n    throw new Error('{r.choice(['invalid', 'wrong', 'unexpected', 'missing', 'no'])} {r.choice(parameters)[0]}');\n  }}\n" if r.random() < 0.3 else ""
    body = statements(s, 1, "  ", r.choice([0, 1, 1])) + loop(s, 2, "  ") + statements(s, 1, "  ", r.choice([0, 0, 1]))
    return f"export function {name}({', '.join(f'{n}: {k}' for n, k in parameters)}): {kind} {{\n{guard}{first}{body}  return {result};\n}}\n"


def program(r):
    taken = set(RESERVED)
    parts = [function(r, taken) for _ in range(r.choice([1, 1, 2, 3]))]
    if r.random() < 0.25:
        parts.insert(0, f"const {camel('max', r.choice(['size', 'count', 'length', 'value'])) if r.random() < 0.5 else new_name(r, taken).upper()} = {r.choice([10, 26, 60, 100, 1000])};\n")
    return "\n".join(parts)

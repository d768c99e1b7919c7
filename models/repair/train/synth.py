"""Small typed programs put together from scratch: a record type, functions over it and classes around it."""

from words import ADJECTIVES, ENTITIES, FLAGS, NUMBERS, STRINGS, VERBS, camel


def pascal(name):
    return name[:1].upper() + name[1:]


def plural(name):
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


class Entity:
    """A record with typed fields."""

    def __init__(self, r):
        self.r = r
        self.var = camel(r.choice(ENTITIES))
        self.type = pascal(self.var)
        self.list = plural(self.var)
        self.numbers = r.sample(NUMBERS, r.randint(1, 3))
        self.strings = r.sample(STRINGS, r.randint(1, 2))
        self.flags = ["is" + pascal(f) if r.random() < 0.4 else f for f in r.sample(FLAGS, r.choice([0, 1, 1, 2]))]
        self.fields = [(f, "number") for f in self.numbers] + [(f, "string") for f in self.strings] + [(f, "boolean") for f in self.flags]
        r.shuffle(self.fields)

    def number(self, on):
        """An expression of a number field of `on`."""
        r = self.r
        a = f"{on}.{r.choice(self.numbers)}"
        x = r.random()
        if x < 0.6:
            return a
        if x < 0.8 and len(self.numbers) > 1:
            b = f"{on}.{r.choice(self.numbers)}"
            return f"{a} {r.choice('*+-')} {b}" if b != a else a
        return f"{a} {r.choice(['*', '+', '-', '/', '%'])} {r.choice([2, 3, 5, 10, 12, 60, 100])}"

    def condition(self, on, scope=()):
        r = self.r
        x = r.random()
        bound = r.choice([s for s in scope]) if scope and r.random() < 0.6 else str(r.choice([0, 0, 1, 2, 5, 10, 18, 50, 100, 1000]))
        if self.flags and x < 0.3:
            return f"{r.choice(['', '', '!'])}{on}.{r.choice(self.flags)}"
        if x < 0.45:
            return f"{on}.{r.choice(self.strings)} {r.choice(['===', '!=='])} {self.text()}"
        simple = f"{on}.{r.choice(self.numbers)} {r.choice(['>', '<', '>=', '<=', '>', '==='])} {bound}"
        if x < 0.9:
            return simple
        return f"{simple} {r.choice(['&&', '||'])} {self.condition(on)}"

    def text(self):
        r = self.r
        return "'" + r.choice([r.choice(ADJECTIVES), r.choice(ENTITIES).replace("_", " "), r.choice(STRINGS), ""]) + "'"


def declare(e):
    r = e.r
    optional = r.random() < 0.15
    lines = [f"  {'readonly ' if r.random() < 0.25 else ''}{f}{'?' if optional and t == 'string' and r.random() < 0.5 else ''}: {t};\n" for f, t in e.fields]
    if r.random() < 0.25:
        return f"{'export ' if r.random() < 0.6 else ''}type {e.type} = {{\n{''.join(lines)}}};\n"
    return f"{'export ' if r.random() < 0.7 else ''}interface {e.type} {{\n{''.join(lines)}}}\n"


def error(e, about):
    r = e.r
    word = about
    text = r.choice([f"'no {word}'", f"'unknown {word}'", f"'invalid {word}'", f"'the {word} is missing'", f"`cannot find ${{{word}}}`",
                     f"'{word} must be positive'", f"'{pascal(word)} is not allowed'"])
    if "${" in text and r.random() < 0.5:
        text = f"'{word} not found'"
    return f"throw new {r.choice(['Error', 'Error', 'Error', 'RangeError', 'TypeError'])}({text});"


def fold(e, xs, x):
    """Statements that compute one number from a list, and its name."""
    r = e.r
    total = r.choice(["total", "sum", "result", "count", camel("total", r.choice(e.numbers)), camel(r.choice(ADJECTIVES), r.choice(e.numbers))])
    skip = f"    if ({e.condition(x)}) {{\n      continue;\n    }}\n" if r.random() < 0.35 else ""
    grow = f"    {total} += {e.number(x)};\n" if r.random() < 0.7 else f"    {total}++;\n"
    if not skip and r.random() < 0.4:
        grow = f"    if ({e.condition(x)}) {{\n  {grow}    }}\n"
    if r.random() < 0.25:
        i = r.choice(["i", "i", "index", "j"])
        loop = f"  for (let {i} = 0; {i} < {xs}.length; {i}++) {{\n    const {x} = {xs}[{i}];\n"
    else:
        loop = f"  for (const {x} of {xs}) {{\n"
    return f"  let {total} = 0;\n{loop}{skip}{grow}  }}\n", total


def function(e):
    """One function over the records."""
    r = e.r
    xs, x = e.list, r.choice([e.var, e.var, e.var[0], "item", "entry"])
    number, text = r.choice(e.numbers), r.choice(e.strings)
    limit = camel(r.choice(["max", "min", "limit", "lowest", "highest", "allowed"]), r.choice(["", number]) or "value")
    readonly = "readonly " if r.random() < 0.15 else ""
    head = "export " if r.random() < 0.75 else ""
    kind = r.randrange(13)
    if kind == 0:
        body, total = fold(e, xs, x)
        guard = f"  if ({xs}.length === 0) {{\n    return 0;\n  }}\n" if r.random() < 0.3 else ""
        back = f"{total} / {xs}.length" if guard and r.random() < 0.5 else total
        return f"{head}function {camel(r.choice(['total', 'sum', 'count', 'average', 'compute']), number)}({xs}: {readonly}{e.type}[]): number {{\n{guard}{body}  return {back};\n}}\n"
    if kind == 1:
        name = camel(r.choice(["find", "get", "select", "pick", "filter", "keep"]), r.choice(ADJECTIVES), xs)
        body = r.choice([
            f"  return {xs}.filter(({x}) => {e.condition(x, [limit])});\n",
            f"  const result: {e.type}[] = [];\n  for (const {x} of {xs}) {{\n    if ({e.condition(x, [limit])}) {{\n      result.push({x});\n    }}\n  }}\n  return result;\n",
        ])
        return f"{head}function {name}({xs}: {readonly}{e.type}[], {limit}: number): {e.type}[] {{\n{body}}}\n"
    if kind == 2:
        name = camel("find", r.choice(["", r.choice(ADJECTIVES)]) or e.var, "by", text) if r.random() < 0.6 else camel("find", e.var)
        none = r.choice(["undefined", "null"])
        body = r.choice([
            f"  for (const {x} of {xs}) {{\n    if ({x}.{text} === {text}) {{\n      return {x};\n    }}\n  }}\n",
            f"  const found = {xs}.find(({x}) => {x}.{text} === {text});\n  if (found !== undefined) {{\n    return found;\n  }}\n",
        ])
        if r.random() < 0.5:
            return f"{head}function {name}({xs}: {e.type}[], {text}: string): {e.type} | {none} {{\n{body}  return {none};\n}}\n"
        return f"{head}function {name}({xs}: {e.type}[], {text}: string): {e.type} {{\n{body}  {error(e, text)}\n}}\n"
    if kind == 3:
        name = camel(r.choice(["sort", "order", "rank"]), xs, "by", number)
        up = r.random() < 0.5
        a, b = r.choice([("a", "b"), ("left", "right"), ("first", "second"), ("x", "y")])
        order = f"{a}.{number} - {b}.{number}" if up else f"{b}.{number} - {a}.{number}"
        if r.random() < 0.3:
            order += f" || {a}.{text}.localeCompare({b}.{text})"
        return f"{head}function {name}({xs}: {e.type}[]): {e.type}[] {{\n  return [...{xs}].sort(({a}, {b}) => {order});\n}}\n"
    if kind == 4:
        best = r.choice(["best", "winner", "found", camel("best", e.var)])
        op = r.choice([">", "<", ">="])
        name = camel(r.choice(["highest", "lowest", "best", "largest", "cheapest"]), e.var)
        return (f"{head}function {name}({xs}: {e.type}[]): {e.type} | undefined {{\n  let {best}: {e.type} | undefined;\n  for (const {x} of {xs}) {{\n"
                f"    if ({best} === undefined || {x}.{number} {op} {best}.{number}) {{\n      {best} = {x};\n    }}\n  }}\n  return {best};\n}}\n")
    if kind == 5:
        groups = r.choice(["groups", "result", "index", camel(xs, "by", text)])
        name = camel("group", r.choice(["by", xs + "_by"]), text)
        body = r.choice([
            f"    const group = {groups}.get({x}.{text}) ?? [];\n    group.push({x});\n    {groups}.set({x}.{text}, group);\n",
            f"    if (!{groups}.has({x}.{text})) {{\n      {groups}.set({x}.{text}, []);\n    }}\n    {groups}.get({x}.{text})!.push({x});\n",
        ])
        return (f"{head}function {name}({xs}: {e.type}[]): Map<string, {e.type}[]> {{\n  const {groups} = new Map<string, {e.type}[]>();\n  for (const {x} of {xs}) {{\n"
                f"{body}  }}\n  return {groups};\n}}\n")
    if kind == 6:
        name = camel(r.choice(["describe", "format", "print", "show"]), e.var)
        parts = " ".join("${" + f"{e.var}.{f}" + "}" for f, _ in e.fields[:3])
        if r.random() < 0.5:
            return f"{head}function {name}({e.var}: {e.type}): string {{\n  return `{parts}`;\n}}\n"
        return (f"{head}function {name}({e.var}: {e.type}): string {{\n  const {{ {', '.join(f for f, _ in e.fields[:2])} }} = {e.var};\n"
                f"  return `{' '.join('${' + f + '}' for f, _ in e.fields[:2])}`;\n}}\n")
    if kind == 7:
        name = camel(r.choice(["create", "make", "build", "new"]), e.var)
        parameters = ", ".join(f"{f}: {t}" for f, t in e.fields)
        check = f"  if ({number} < 0) {{\n    {error(e, number)}\n  }}\n" if r.random() < 0.5 else ""
        return f"{head}function {name}({parameters}): {e.type} {{\n{check}  return {{ {', '.join(f for f, _ in e.fields)} }};\n}}\n"
    if kind == 8:
        name = camel(r.choice(VERBS), e.var)
        change = f"{e.var}.{number} {r.choice(['+', '-', '*'])} {r.choice([number + 'Change', 'amount', 'by'])}"
        by = change.split()[-1]
        return f"{head}function {name}({e.var}: {e.type}, {by}: number): {e.type} {{\n  return {{ ...{e.var}, {number}: {change} }};\n}}\n"
    if kind == 9:
        name = camel(r.choice(["is", "can", "has", "should"]), r.choice(FLAGS + VERBS))
        lines = "".join(f"  if ({e.condition(e.var)}) {{\n    return {r.choice(['true', 'false'])};\n  }}\n" for _ in range(r.randint(1, 3)))
        return f"{head}function {name}({e.var}: {e.type}): boolean {{\n{lines}  return {e.condition(e.var)};\n}}\n"
    if kind == 10:
        name = camel(r.choice(["list", "names", "collect", "all"]), plural(text))
        body = r.choice([
            f"  return {xs}.map(({x}) => {x}.{text});\n",
            f"  return [...new Set({xs}.map(({x}) => {x}.{text}))].sort();\n",
            f"  const {plural(text)}: string[] = [];\n  {xs}.forEach(({x}) => {{\n    if (!{plural(text)}.includes({x}.{text})) {{\n      {plural(text)}.push({x}.{text});\n    }}\n  }});\n  return {plural(text)};\n",
        ])
        return f"{head}function {name}({xs}: {e.type}[]): string[] {{\n{body}}}\n"
    if kind == 11:
        name = camel(number, "of", r.choice(["all", "every", r.choice(ADJECTIVES)]), xs)
        return (f"{head}const {name} = ({xs}: {e.type}[]): number =>\n  {xs}\n    .filter(({x}) => {e.condition(x)})\n"
                f"    .map(({x}) => {e.number(x)})\n    .reduce((sum, {number}) => sum + {number}, 0);\n")
    name = camel(r.choice(["label", "level", "category", "rating"]), "of", e.var)
    words = r.sample(ADJECTIVES, 3)
    bounds = sorted(r.sample([5, 10, 20, 50, 80, 100, 200, 500], 2), reverse=True)
    return (f"{head}function {name}({{ {number} }}: {e.type}): {' | '.join(repr(w) for w in words) if r.random() < 0.3 else 'string'} {{\n"
            f"  if ({number} >= {bounds[0]}) {{\n    return '{words[0]}';\n  }}\n  {'if' if r.random() < 0.7 else 'else if'} ({number} >= {bounds[1]}) {{\n    return '{words[1]}';\n  }}\n"
            f"  return '{words[2]}';\n}}\n").replace("  }\n  else if", "  } else if")


def record_class(e):
    """The record as a class with checks, accessors and changes."""
    r = e.r
    number, text = r.choice(e.numbers), r.choice(e.strings)
    other = r.choice(["other", "that", "another"])
    amount = r.choice(["amount", "by", "step", "change"])
    check = f"    if ({number} {r.choice(['<', '<='])} 0) {{\n      {error(e, number)}\n    }}\n" if r.random() < 0.5 else ""
    if r.random() < 0.5:
        inside = "".join(f"    {r.choice(['public', 'private'])} {'readonly ' if r.random() < 0.4 else ''}{f}: {t},\n" for f, t in e.fields)
        body = f"  constructor(\n{inside}  ) {{{chr(10) + check + '  ' if check else ''}}}\n"
    else:
        inside = "".join(f"  {r.choice(['public', 'private'])} {'readonly ' if r.random() < 0.4 else ''}{f}: {t};\n" for f, t in e.fields)
        sets = "".join(f"    this.{f} = {f};\n" for f, _ in e.fields)
        body = f"{inside}\n  constructor({', '.join(f'{f}: {t}' for f, t in e.fields)}) {{\n{check}{sets}  }}\n"
    methods = [
        f"  public get {camel(r.choice(ADJECTIVES), number)}(): number {{\n    return {e.number('this')};\n  }}\n",
        f"  public {camel(r.choice(['increase', 'raise', 'add', 'change']), number)}({amount}: number): void {{\n    this.{number} += {amount};\n  }}\n",
        f"  public {camel(r.choice(['lower', 'reduce', 'spend', 'use']), number)}({amount}: number): boolean {{\n    if (this.{number} < {amount}) {{\n      return false;\n    }}\n    this.{number} -= {amount};\n    return true;\n  }}\n",
        f"  public {camel('is', r.choice(FLAGS))}(): boolean {{\n    return {e.condition('this')};\n  }}\n",
        f"  public compareTo({other}: {e.type}): number {{\n    return this.{number} - {other}.{number};\n  }}\n",
        f"  public equals({other}: {e.type}): boolean {{\n    return {' && '.join(f'this.{f} === {other}.{f}' for f, _ in e.fields[:r.randint(1, 3)])};\n  }}\n",
        f"  public toString(): string {{\n    return `{' '.join('${this.' + f + '}' for f, _ in e.fields[:2])}`;\n  }}\n",
        f"  public set {number}Limit(value: number) {{\n    if (value < this.{number}) {{\n      {error(e, 'value')}\n    }}\n    this.limit = value;\n  }}\n" if False else
        f"  public rename({text}: string): this {{\n    this.{text} = {text};\n    return this;\n  }}\n",
        f"  public static from(text: string): {e.type} {{\n    const [{', '.join(f for f, _ in e.fields)}] = text.split('{r.choice([',', ';', ' ', ':'])}');\n"
        f"    return new {e.type}({', '.join(f'Number({f})' if t == 'number' else f if t == 'string' else f'{f} === ' + repr('yes') for f, t in e.fields)});\n  }}\n",
    ]
    if e.flags:
        flag = r.choice(e.flags)
        methods.append(f"  public {camel(r.choice(VERBS))}(): void {{\n    if (this.{flag}) {{\n      {error(e, e.var)}\n    }}\n    this.{flag} = true;\n  }}\n")
    r.shuffle(methods)
    return f"{'export ' if r.random() < 0.8 else ''}class {e.type} {{\n{body}\n" + "\n".join(methods[:r.randint(2, 6)]) + "}\n"


def store_class(e):
    """A class that keeps records."""
    r = e.r
    name = pascal(camel(r.choice([e.var, e.list]), r.choice(["store", "list", "manager", "registry", "book", "service", "repository", "collection", "pool"])))
    key = r.choice(e.strings)
    x, xs, number = e.var, r.choice([e.list, "items", "entries", "all"]), r.choice(e.numbers)
    if r.random() < 0.5:
        field = f"  private readonly {xs} = new Map<string, {e.type}>();\n"
        methods = [
            f"  public add({x}: {e.type}): void {{\n    if (this.{xs}.has({x}.{key})) {{\n      {error(e, key)}\n    }}\n    this.{xs}.set({x}.{key}, {x});\n  }}\n",
            f"  public get({key}: string): {e.type} {{\n    const {x} = this.{xs}.get({key});\n    if ({x} === undefined) {{\n      {error(e, key)}\n    }}\n    return {x};\n  }}\n",
            f"  public remove({key}: string): boolean {{\n    return this.{xs}.delete({key});\n  }}\n",
            f"  public get count(): number {{\n    return this.{xs}.size;\n  }}\n",
            f"  public total(): number {{\n    let total = 0;\n    for (const {x} of this.{xs}.values()) {{\n      total += {e.number(x)};\n    }}\n    return total;\n  }}\n",
            f"  public {camel('update', number)}({key}: string, {number}: number): void {{\n    const {x} = this.{xs}.get({key});\n    if ({x} !== undefined) {{\n      {x}.{number} = {number};\n    }}\n  }}\n",
            f"  public list(): {e.type}[] {{\n    return [...this.{xs}.values()].filter(({x}) => {e.condition(x)});\n  }}\n",
        ]
    else:
        field = f"  private readonly {xs}: {e.type}[] = [];\n"
        methods = [
            f"  public add({x}: {e.type}): this {{\n    this.{xs}.push({x});\n    return this;\n  }}\n",
            f"  public find({key}: string): {e.type} | undefined {{\n    return this.{xs}.find(({x}) => {x}.{key} === {key});\n  }}\n",
            f"  public remove({key}: string): boolean {{\n    const index = this.{xs}.findIndex(({x}) => {x}.{key} === {key});\n    if (index === -1) {{\n      return false;\n    }}\n    this.{xs}.splice(index, 1);\n    return true;\n  }}\n",
            f"  public get size(): number {{\n    return this.{xs}.length;\n  }}\n",
            f"  public {camel('total', number)}(): number {{\n    return this.{xs}.reduce((sum, {x}) => sum + {e.number(x)}, 0);\n  }}\n",
            f"  public {camel(r.choice(['highest', 'lowest']), number)}(): number {{\n    return Math.{r.choice(['max', 'min'])}(...this.{xs}.map(({x}) => {x}.{number}));\n  }}\n",
            f"  public has({key}: string): boolean {{\n    return this.{xs}.some(({x}) => {x}.{key} === {key});\n  }}\n",
            f"  public first(): {e.type} {{\n    if (this.{xs}.length === 0) {{\n      {error(e, x)}\n    }}\n    return this.{xs}[0];\n  }}\n",
        ]
    r.shuffle(methods)
    return f"export class {name} {{\n{field}\n" + "\n".join(methods[:r.randint(2, 6)]) + "}\n"


def constants(e):
    """A table of constants, and a function that reads it."""
    r = e.r
    name = r.choice([camel(e.var, plural(r.choice(e.numbers))), plural(r.choice(e.numbers)), e.list.upper()])
    keys = r.sample([k for k in ENTITIES if "_" not in k], r.randint(3, 6))
    key = r.choice(e.strings)
    what = r.choice(["number", "number", "string"])
    value = (lambda: str(r.choice([1, 2, 3, 4, 5, 8, 10, 12, 20, 50, 100]))) if what == "number" else (lambda: f"'{r.choice(ADJECTIVES)}'")
    table = f"const {name}: Record<string, {what}> = {{\n" + "".join(f"  {k}: {value()},\n" for k in keys) + "};\n"
    reader = r.choice([
        f"  const value = {name}[{key}];\n  if (value === undefined) {{\n    {error(e, key)}\n  }}\n  return value;\n",
        f"  if (!({key} in {name})) {{\n    {error(e, key)}\n  }}\n  return {name}[{key}];\n",
        f"  return {name}[{key}.toLowerCase()];\n",
    ])
    return f"{table}\nexport function {camel(r.choice(['get', 'lookup', 'find']), r.choice(e.numbers))}({key}: string): {what} {{\n{reader}}}\n"


def program(r):
    e = Entity(r)
    parts = []
    if r.random() < 0.35:
        parts.append(constants(e))
    parts.append(record_class(e) if r.random() < 0.45 else declare(e))
    if r.random() < 0.5:
        parts.append(store_class(e))
    parts += [function(e) for _ in range(r.choice([0, 1, 2, 3]) if len(parts) > 1 else r.randint(1, 4))]
    return "\n".join(parts)

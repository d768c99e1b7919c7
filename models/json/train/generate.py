"""Seeded generator of examples: a text, a JSON schema and the JSON that a reader should write.

    python generate.py --seed 7 --count 200 > heldout.jsonl
"""

import argparse
import json
import random
import re
import sys
from pathlib import Path

import domains_more  # noqa: F401  (fills DOMAINS)
import domains_wide  # noqa: F401
from domains import BOOL, DOMAINS, Enum, Items, Literal
from pairs import fact
from stories import story as free_story
from type_names import TYPE_NAMES
from values import *

HANDWRITTEN = Path(__file__).resolve().parent.parent / "handwritten.jsonl"
SIGNED = p("""sender, author, writer, signed by, from, sent by, signature, sender name, mail author, signatory, undersigned, correspondent,
author name, name of sender, letter writer, message from, who wrote, wrote this, text by, message author, composed by, typed by, mail from,
writer name, closing name, signer, note from, mail sender""")
GREETED = p("""recipient, addressed to, to, addressee, receiver, recipient name, sent to, greeted, mail to, message to, reader, letter to,
salutation name, dear, name of recipient, who is addressed, note to""")
GROUP_NAMES = w("details info data summary contact meta main party record entry extra general header context object subject part")
PAIR_GROUP_NAMES = w("device product place event entity target source report result")
SYNONYMS = {name: rest for line in """
number no id code num ref reference|date day when on|time hour at clock|name person who full_name|price cost amount sum fee
city town place locality|company firm business organisation organization|email mail e_mail email_address e-mail|state status condition
phone telephone tel phone_no mobile|customer client buyer purchaser|item thing article object product|place location venue site where
count quantity total amount number how_many|job profession occupation trade title|person who individual name|total sum overall full
start begin beginning starting|end finish ending last|colour color shade|topic subject theme matter|reason why cause grounds
problem issue trouble fault defect|kind type sort category class|owner holder proprietor|address street_address full_address location
amount sum value money|deadline due until latest_date|photo picture image|note remark comment message|size dimension extent
child kid|car vehicle automobile|doctor physician medic|agent representative contact|boss manager head leader|home house residence
receiver recipient addressee|sender author writer from|urgent pressing important|level degree grade|point mark|task job duty assignment
request wish demand|list listing|guest visitor|room hall space|meeting appointment gathering|language tongue|flight plane|order purchase
""".replace("\n", "|").split("|") if line for group in [line.split()] for name in group[:1] for rest in [group]}
SEPARATE = re.compile(r"[^a-z0-9]")


def plain(name):
    return SEPARATE.sub("", name.lower())


def keys_of(schema):
    for key, sub in schema.get("properties", {}).items():
        yield key
        yield from keys_of(sub)
    if "items" in schema:
        yield from keys_of(schema["items"])


def reserved_names():
    """Field names of the hand-written texts: the generator never emits them."""
    names = set()
    for line in HANDWRITTEN.read_text(encoding="utf-8").splitlines():
        names.update(plain(key) for key in keys_of(json.loads(line)["schema"]))
    return names


RESERVED = reserved_names()


def dump(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{dump(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Field:
    """A field of the answer: possible names (lists of words), schema and JSON value."""

    def __init__(self, names, schema, value):
        self.names, self.schema, self.value = names, schema, value


def spell(r, words, case):
    words = [part for word_ in words for part in word_.replace("-", "_").split("_")]
    if case == "camel":
        return words[0].lower() + "".join(cap(x) for x in words[1:])
    if case == "pascal":
        return "".join(cap(x) for x in words)
    if case == "space":
        return " ".join(words)
    if case == "title":
        return " ".join(cap(x) for x in words)
    if case == "kebab":
        return "-".join(words)
    return "_".join(words).lower()


def typed(r, value):
    """A schema and value for one of the forms of a Value."""
    forms = value.forms
    kinds = list(forms)
    if "number" in kinds and "string" in kinds and r.random() < 0.8:
        kinds.remove("string")
    if "integer" in kinds and r.random() < 0.6 and "number" in kinds:
        kinds.remove("number")
    kind = r.choice(kinds)
    if kind == "array":
        return {"type": "array", "items": {"type": "string"}}, forms["array"]
    return {"type": kind}, forms[kind]


class Story:
    """Slots of a domain, filled when a sentence needs them."""

    def __init__(self, r, slots):
        self.r, self.slots, self.made, self.implied = r, slots, {}, {}

    def fill(self, template):
        r = self.r
        match = re.search(r" ?\[(\w+)=(\w+)\]$", template)
        if match:
            self.implied[match[1]] = match[2]
            template = template[:match.start()]
        return re.sub(r"\{(\w+)\}", lambda m: self.text(m[1], template), template)

    def text(self, slot, template):
        if slot not in self.made:
            maker = self.slots[slot][0]
            self.made[slot] = (self.items(maker, template) if isinstance(maker, Items)
                               else self.literal(maker) if isinstance(maker, Literal) else maker(self.r))
        made = self.made[slot]
        return made[0] if isinstance(made, tuple) else made.text

    def literal(self, maker):
        options = self.r.choice(maker.sets)
        chosen = self.r.choice(options)
        return chosen, chosen, options

    def items(self, maker, template):
        r, texts, rows = self.r, [], []
        line = r.choice(maker.lines)
        for _ in range(r.choice([1, 2, 2, 2, 3, 3])):
            row = {key: make(r) for key, make, _ in maker.parts}
            rows.append(row)
            texts.append(line.format(**{key: value.text for key, value in row.items()}))
        used = [key for key, _, _ in maker.parts if "{" + key + "}" in line]
        bullets = "\n{" in template or r.random() < 0.15
        text = "".join(f"\n{'- ' if r.random() < 0.0 else mark}{t}" for mark in [r.choice(["- ", "* ", ""])] for t in texts) + "\n" if bullets else joined(r, texts)
        return text, rows, used

    def field(self, slot):
        """The Field of a slot, or None where the text does not tell it."""
        r = self.r
        maker, names = self.slots[slot]
        names = [[n] for n in names.split()]
        if maker == BOOL:
            if slot not in self.implied:
                return None
            return Field(names, {"type": "boolean"}, self.implied[slot] == "true")
        if isinstance(maker, Enum):
            if slot not in self.implied:
                return None
            labels = {key: r.choice(options) for key, options in maker.classes.items()}
            rest = [key for key in labels if key != self.implied[slot]]
            r.shuffle(rest)
            chosen = [self.implied[slot]] + rest[:r.randint(1, len(rest))]
            r.shuffle(chosen)
            return Field(names, {"enum": [labels[key] for key in chosen]}, labels[self.implied[slot]])
        if slot not in self.made:
            return None
        made = self.made[slot]
        if isinstance(maker, Literal):
            _, chosen, options = made
            if r.random() < 0.25:
                return Field(names, {"type": "string"}, chosen)
            return Field(names, {"enum": options}, chosen)
        if isinstance(maker, Items):
            return self.item_field(maker, names, made)
        schema, value = typed(r, made)
        if maker in TYPE_NAMES and r.random() < 0.3 and sum(self.slots[other][0] == maker for other in self.made) == 1:
            names = [TYPE_NAMES[maker](r)]
        return Field(names, schema, value)

    def item_field(self, maker, names, made):
        r = self.r
        _, rows, used = made
        parts = [part for part in maker.parts if part[0] in used and (part[0] == "n" or r.random() < 0.8)]
        if len(parts) == 1 and r.random() < 0.7:
            return Field(names, {"type": "array", "items": {"type": "string"}}, [row["n"].text for row in rows])
        r.shuffle(parts)
        properties, keys, kinds = {}, {}, {}
        for key, _, part_names in parts:
            options = [n for n in part_names.split() if plain(n) not in RESERVED and n not in properties]
            keys[key] = r.choice(options)
            shared = set.intersection(*(set(row[key].forms) for row in rows)) - {"array"}
            kinds[key] = r.choice(sorted(shared - {"string"} or shared)) if r.random() < 0.9 else r.choice(sorted(shared))
            properties[keys[key]] = {"type": kinds[key]}
        schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
        value = [{keys[key]: row[key].forms[kinds[key]] for key, _, _ in parts} for row in rows]
        return Field(names, {"type": "array", "items": schema}, value)


def pair_field(r, words, value):
    if isinstance(value, Value):
        schema, json_value = typed(r, value)
    elif value[0] == BOOL:
        schema, json_value = {"type": "boolean"}, value[1]
    elif isinstance(value[0], dict):
        schema, json_value = value
    else:
        schema, json_value = {"enum": value[2]}, value[1]
    return Field([words], schema, json_value)


def closed(fields):
    required = [key for key, (schema, optional) in fields.items() if not optional]
    return {"type": "object", "properties": {key: schema for key, (schema, _) in fields.items()},
            "required": required, "additionalProperties": False}


def absent_field(r, slots, slot):
    maker, names = slots[slot]
    kind = "boolean" if maker == BOOL else r.choice(["string", "string", "string", "integer", "number"])
    names = [[n] for n in names.split()]
    return Field(names, {"type": [kind, "null"]}, None)


ABSENT = object()


def pick_fields(r, fields, domain_name, most):
    """Chooses, names and orders fields. -> (schema, value)"""
    r.shuffle(fields)
    counts = range(4, most + 1) if most > 6 else [n for n in (1, 2, 2, 3, 3, 4, 4, 5, 5, 6) if n <= most]
    fields = fields[:r.choice(counts)]
    case = r.choices(["snake", "camel", "pascal", "space", "title", "kebab"], [62, 22, 4, 4, 4, 4])[0]
    properties, value = {}, {}
    for field in fields:
        for _ in range(8):
            words = [part for name in r.choice(field.names) for part in name.split("_")]
            if r.random() < 0.2:
                words = [r.choice(SYNONYMS[word_]) if word_ in SYNONYMS and r.random() < 0.6 else word_ for word_ in words]
            x = r.random()
            if x < 0.07:
                words = [domain_name] + words
            elif x < 0.10:
                words = words + [r.choice(["value", "text", "info", "field", "given", "data"])]
            elif x < 0.13:
                words = [r.choice(["the", "my", "our", "main", "given", "exact", "first"])] + words
            key = spell(r, words, case)
            if plain(key) not in RESERVED and key not in properties:
                break
        else:
            continue
        schema, optional, val = field.schema, False, field.value
        if val is None and r.random() < 0.4:
            schema, optional, val = {"type": schema["type"][0]}, True, ABSENT
        elif val is not None and r.random() < 0.05 and "type" in schema:
            schema = {**schema, "type": [schema["type"], "null"]}
        elif r.random() < 0.04:
            optional = True
        if r.random() < 0.05:
            about = " ".join(r.choice(field.names)).replace("_", " ")
            schema = {**schema, "description": r.choice([about, f"the {about}", f"{about} as written in the text", f"the {about} of the {domain_name}"])}
            if r.random() < 0.3:
                short = r.choice(["field", "f", "value", "x", "item", "v"]) + str(r.randint(1, 9))
                key = short if short not in properties else key
        properties[key] = (schema, optional)
        if val is not ABSENT:
            value[key] = val
    keys = list(properties)
    if len(keys) >= 3 and r.random() < 0.12:
        at = r.randrange(len(keys) - 1)
        inner = keys[at:at + r.randint(2, min(3, len(keys) - at))]
        group = spell(r, [r.choice(GROUP_NAMES + PAIR_GROUP_NAMES + [domain_name])], case)
        if group not in properties:
            inner_schema = closed({key: properties[key] for key in inner})
            inner_value = {key: value[key] for key in inner if key in value}
            outer, outer_value = {}, {}
            for key in keys:
                if key == inner[0]:
                    outer[group], outer_value[group] = (inner_schema, False), inner_value
                elif key not in inner:
                    outer[key] = properties[key]
                    if key in value:
                        outer_value[key] = value[key]
            properties, value = outer, outer_value
    return closed(properties), value


def compose(r, head, sentences, sign, layout):
    if layout == "lines":
        body = "\n".join(s.strip() for s in sentences if s.strip())
    elif layout == "bullets":
        body = "\n".join("- " + s.strip() for s in sentences if s.strip())
    else:
        body = ""
        for s in sentences:
            if not s:
                continue
            body += s + ("\n" if r.random() < 0.12 else " ")
        body = body.replace("\n ", "\n").replace(" \n", "\n").strip()
        body = re.sub(r"\n\n+", "\n", body)
    if sign is None and r.random() < 0.8:
        return head + body, []
    facts, greeting = [], ""
    if r.random() < 0.85:
        name = r.choice([first_name, first_name, person_text])(r)
        greeting = r.choice(GREETINGS)
        if "{n}" in greeting:
            facts.append(Field([n.split() for n in GREETED], {"type": "string"}, name))
        greeting = greeting.replace("{n}", name)
    closing = r.choice(CLOSINGS) if r.random() < 0.85 else ""
    who = sign if sign is not None else r.choice([first_name, person_text, person_text])(r)
    name = re.split(r"[\n,]", who)[0]
    facts.append(Field([n.split() for n in SIGNED], {"type": "string"}, name))
    gap = r.choice(["\n", "\n", "\n\n"])
    body = (greeting + gap if greeting else "") + body + gap + (closing + r.choice(["\n", "\n", " "]) if closing else "") + who
    return head + body, facts


def example(r, most=6):
    """One (text, schema, value)."""
    x = r.random()
    fields, sentences, head, sign, absent = [], [], "", None, []
    domain_name = r.choice(NOUN)
    if x >= 0.78:
        sentences, facts = free_story(r, r.randint(1, 1 if most <= 3 else 3))
        fields = [pair_field(r, words, value) for words, value in facts]
    elif x < 0.56:
        domain_name = r.choice(list(DOMAINS))
        slots, groups = DOMAINS[domain_name]
        story = Story(r, slots)
        keep = 0.75 if most > 3 else 0.5
        chosen = [g for i, g in enumerate(groups) if r.random() < keep or (i == 0 and r.random() < 0.8)] or [groups[0]]
        if domain_name != "log" and r.random() < 0.3:
            r.shuffle(chosen)
        for group in chosen:
            sentence = story.fill(r.choice(group))
            if sentence.startswith("@sign "):
                sign = sentence[6:]
            elif sentence.startswith("@head "):
                head = sentence[6:]
            else:
                sentences.append(sentence)
        fields = [f for f in (story.field(slot) for slot in slots) if f is not None]
        if r.random() < 0.10:
            missing = [slot for slot in slots if slot not in story.made and slot not in story.implied
                       and not isinstance(slots[slot][0], (Enum, Items, Literal))]
            absent = [absent_field(r, slots, slot) for slot in r.sample(missing, min(len(missing), r.randint(1, 2)))]
    if 0.50 < x < 0.78:
        for _ in range(r.randint(1, 2) if x < 0.56 else r.randint(1, 3 if most <= 3 else 6)):
            sentence, words, value = fact(r)
            sentences.insert(r.randint(0, len(sentences)), sentence)
            fields.append(pair_field(r, words, value))
    if r.random() < (0.45 if most > 3 else 0.2) and domain_name != "log":
        for _ in range(r.choice([1, 1, 2])):
            sentences.insert(r.randint(0, len(sentences)), r.choice(FILLER))
    if not fields:
        return example(r, most)
    if absent:
        fields = r.sample(fields, min(len(fields), 3)) + absent
    layout = "prose" if domain_name == "log" else r.choices(["prose", "lines", "bullets"], [66, 30, 4])[0]
    text, letter = compose(r, head, sentences, sign, layout)
    letter = [field for field in letter if field.value not in [f.value for f in fields if isinstance(f.value, str)]]
    if letter and r.random() < 0.6:
        fields.append(r.choice(letter))
    schema, value = pick_fields(r, fields, domain_name, most)
    if not schema["properties"]:
        return example(r, most)
    return text, schema, value


def render(schema):
    """The compact schema of the chat template (chat_template.jinja renders the same)."""
    return fields_of(schema) if "properties" in schema else dump(schema)


def fields_of(schema):
    required = schema.get("required", [])
    out = []
    for key, sub in schema["properties"].items():
        kind = type_of(sub)
        about = f"({sub['description']})" if "description" in sub else ""
        out.append(key + ("" if key in required else "?") + about + (f":{kind}" if kind else ""))
    return ",".join(out)


def type_of(schema):
    if "enum" in schema:
        return "|".join(x if isinstance(x, str) else dump(x) for x in schema["enum"])
    if "properties" in schema:
        return "{" + fields_of(schema) + "}"
    kind = schema.get("type")
    if kind == "array":
        return "[" + (type_of(schema["items"]) if "items" in schema else "") + "]"
    if kind == "string":
        return ""
    if isinstance(kind, list):
        return "|".join(kind)
    return kind or "any"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--most", type=int, default=6, help="fields at most")
    parser.add_argument("--show", action="store_true", help="print for reading")
    args = parser.parse_args()
    r = random.Random(args.seed)
    for _ in range(args.count):
        text, schema, value = example(r, args.most)
        if args.show:
            print(f"{text}\n>>> {render(schema)}\n>>> {dump(value)}\n{'-' * 60}")
        else:
            sys.stdout.write('{"text":%s,"schema":%s,"json":%s}\n' % (dump(text), dump(schema), dump(value)))


if __name__ == "__main__":
    main()

"""Seeded generator of examples: a text, a JSON schema and the JSON that a reader should write.

    python generate.py --seed 7 --count 20 --show
"""

import argparse
import json
import random
import re
import sys
from pathlib import Path

import words_more  # noqa: F401  (lengthens the lists of words.py)
import domains_more  # noqa: F401  (fills DOMAINS)
import domains_wide  # noqa: F401
import kinds  # noqa: F401
from domains import BOOL, DOMAINS, Enum, Items, Literal
from pairs import fact
from rows import bullets, table
from stories import story as free_story
from type_names import TYPE_NAMES
from values import *

HANDWRITTEN, HELDOUT = (Path(__file__).resolve().parent.parent / name for name in ("handwritten.jsonl", "heldout.jsonl"))
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
employee worker staff_member|employer company firm workplace|salary pay wage income earnings|rent rental lease_price|tenant renter lessee
landlord owner_of_house lessor|seller vendor merchant trader|supplier provider vendor|shop store market|product article good merchandise
invoice bill|receipt voucher slip|discount reduction rebate|tax vat duty|fee charge payment|deposit down_payment security|balance saldo remaining_sum
currency money_unit coin|quantity how_much amount number|weight mass heaviness|height tallness elevation|width breadth|length extent|depth deepness
distance way range|duration length_of_time period time_span|speed pace velocity|temperature warmth degrees heat|age years_old years how_old
birthday date_of_birth birth_date born|country nation land|street road lane|zip postcode postal_code|region area district zone|building house block
floor storey level|office bureau desk|department section unit division|team crew squad group|member participant associate|leader head captain
author creator maker|title heading headline name|description text details explanation|summary abstract short_version|category group class
priority importance rank|severity seriousness gravity|error mistake failure bug|cause reason origin|result outcome score|solution answer remedy fix
question query inquiry|answer reply response|complaint grievance objection|opinion view judgement|mood feeling emotion tone|rating score stars grade
goal aim target objective|plan scheme schedule|project undertaking venture|step action measure|deadline last_day time_limit|event occasion happening
speaker lecturer presenter|host presenter organiser|teacher instructor tutor coach|student pupil learner|school academy college|course class lesson
exam test examination|grade mark score|book volume work|chapter part section|page sheet|language speech|word term expression|letter mail message
package parcel box|carrier courier shipper|destination target goal end_point|departure leaving start|arrival landing coming|journey trip tour travel
hotel inn lodging accommodation|reservation booking|passenger traveller rider|driver chauffeur|vehicle car transport|plate registration licence_plate
fuel petrol energy|engine motor|machine device apparatus|device gadget appliance unit|tool instrument implement|material stuff fabric
animal creature pet|breed race kind|plant crop flower|food meal dish|drink beverage|ingredient component part|recipe instructions
disease illness condition|symptom sign complaint|medicine drug remedy medication|dose dosage amount|patient sick_person case|nurse carer
accident crash collision|damage harm loss|victim injured_person|witness observer|police officers|crime offence|judge magistrate|lawyer attorney counsel
contract agreement deal|signature sign_off|policy rule|insurance cover protection|claim demand|account profile login|user member login_name
password passcode secret|server host machine|version release edition|file document attachment|folder directory|link url address web_address
team_a home_side|winner champion victor|loser defeated|prize award trophy|player athlete|game match contest|tournament competition cup
donor giver|donation gift contribution|purpose use aim|method way manner|experience background years_in_job|skill ability talent|hobby pastime interest
friend mate companion|partner spouse companion|parent mother_or_father guardian|relative family_member|neighbour person_next_door
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
# Texts that training leaves out, should it ever draw them.
HELDOUT_TEXTS = {json.loads(line)["text"] for line in HELDOUT.read_text(encoding="utf-8").splitlines()}


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


SHORT = [("I am", "I'm"), ("It is", "It's"), ("it is", "it's"), ("We are", "We're"), ("You are", "You're"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("cannot", "can't"),
         ("is not", "isn't"), ("are not", "aren't"), ("was not", "wasn't"), ("have not", "haven't"), ("has not", "hasn't"), ("I have", "I've"), ("We have", "We've"), ("I will", "I'll"), ("We will", "We'll"),
         ("I would", "I'd"), ("There is", "There's"), ("would not", "wouldn't"), ("need not", "needn't"), ("Let us", "Let's")]
SHORT = [(re.compile(rf"\b{long}\b(?! {{)"), short) for long, short in SHORT]
OPENERS = ["Also, ", "By the way, ", "Please note: ", "FYI: ", "Oh, and ", "So ", "Just so you know: ", "As agreed, ", "Note that ", "Well, ", "Good to know: ", "And ", "Again, ", "Now, ", "As you know, ",
           "To be clear, ", "In short: ", "Update: ", "PS: ", "Importantly, ", "As far as I know, ", "For your records: ", "One more thing: ", "Next, ", "Remember: ", "Today, ", "According to our notes, "]
LOWERED = set("The It We You Please There This In On Our My A An Your They No With From All At Because For Nobody Everything Both Each Every If After Until Keep Send Look Ask".split())
LABEL = re.compile(r"([A-Z][A-Za-z' .\-]{0,30}):? (\{\w+\})$")
MARKS = [" - ", " = ", ":", ":  ", "\t", " | ", " -> ", "=", " : ", ":\n", " – ", "..... ", ": "]


class Story:
    """Slots of a domain, filled when a sentence needs them."""

    def __init__(self, r, slots):
        self.r, self.slots, self.made, self.implied = r, slots, {}, {}
        self.short = r.random() < 0.4
        self.mark = r.choice(MARKS) if r.random() < 0.4 else None
        self.dress = r.choice([str.upper, str.lower, str.title, "**{}**".format, "* {}".format, "- {}".format, str]) if self.mark else None

    def restyle(self, template):
        """The same sentence in another manner of writing."""
        r = self.r
        if self.mark and ":" in template:
            lines = [LABEL.match(line) if ":" in line else None for line in template.split("\n")]
            if all(lines):
                return "\n".join(self.dress(line[1]) + self.mark + line[2] for line in lines)
        if self.short:
            for long, short in SHORT:
                template = long.sub(short, template)
        if r.random() < 0.06 and template.split(" ", 1)[0] in LOWERED:
            template = r.choice(OPENERS) + template[0].lower() + template[1:]
        return template

    def fill(self, template):
        r = self.r
        match = re.search(r" ?\[(\w+)=(\w+)\]$", template)
        if match:
            self.implied[match[1]] = match[2]
            template = template[:match.start()]
        template = self.restyle(template)
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

    def form(self, title, count):
        """The text as a form: lines of label and value, the labels from the names of the slots."""
        r = self.r
        mark, between = self.mark or ": ", r.choice(["\n"] * 6 + [", ", "; ", " | "])
        if "\n" in mark and between != "\n":
            mark = ": "
        dress = r.choice([cap, cap, cap, str.title, str.upper, str.lower])
        dress = r.choice([dress, dress, dress, lambda s: f"**{cap(s)}**", lambda s: f"- {cap(s)}"])
        slots = r.sample(list(self.slots), min(len(self.slots), count))
        lines = [r.choice([title, title.title(), title.upper(), f"New {title}", f"{cap(title)} form", f"# {cap(title)}", f"Subject: {title}"]).replace("_", " ")] if r.random() < 0.4 else []
        for slot in slots:
            maker, names = self.slots[slot]
            label = dress(r.choice(names.split()).replace("_", " "))
            if maker == BOOL:
                truth = r.random() < 0.5
                self.implied[slot] = "true" if truth else "false"
                text = r.choice(["yes", "Yes", "true", "[x]", "y", "Y", "YES", "on", "ok"] if truth else ["no", "No", "false", "[ ]", "n", "N", "NO", "off", "none"])
            elif isinstance(maker, Enum):
                self.implied[slot] = r.choice(list(maker.classes))
                text = r.choice(maker.classes[self.implied[slot]])
            else:
                text = self.text(slot, "\n{" if isinstance(maker, Items) else "")
            lines.append(f"{label}{mark}{text.rstrip()}")
        return between.join(lines)

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


def nest_by_prefix(r, properties, value, spelled, case):
    """Keys such as driver_name and driver_age become an object `driver` with `name` and `age`."""
    by_prefix = {}
    for key in properties:
        if spelled.get(key) and len(spelled[key]) > 1 and spell(r, spelled[key], case) == key:
            by_prefix.setdefault(spelled[key][0], []).append(key)
    for prefix, keys in by_prefix.items():
        inner = {key: spell(r, spelled[key][1:], case) for key in keys}
        group = spell(r, [prefix], case)
        names = [plain(name) for name in inner.values()]
        if len(keys) < 2 or len(set(names)) < len(names) or RESERVED.intersection(names + [plain(group)]) or group in properties:
            continue
        schema = closed({inner[key]: properties[key] for key in keys})
        made = {inner[key]: value[key] for key in keys if key in value}
        outer, outer_value = {}, {}
        for key in properties:
            if key == keys[0]:
                outer[group], outer_value[group] = (schema, False), made
            elif key not in inner:
                outer[key] = properties[key]
                if key in value:
                    outer_value[key] = value[key]
        return outer, outer_value
    return properties, value


def pick_fields(r, fields, domain_name, most):
    """Chooses, names and orders fields. -> (schema, value)"""
    r.shuffle(fields)
    counts = range(4, most + 1) if most > 6 else [n for n in (1, 2, 2, 3, 3, 4, 4, 5, 5, 6) if n <= most]
    fields = fields[:r.choice(counts)]
    case = r.choices(["snake", "camel", "pascal", "space", "title", "kebab"], [62, 22, 4, 4, 4, 4])[0]
    properties, value, spelled = {}, {}, {}
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
        spelled[key] = words
        if val is not ABSENT:
            value[key] = val
    keys = list(properties)
    if len(keys) >= 2 and r.random() < 0.5:
        properties, value = nest_by_prefix(r, properties, value, spelled, case)
        keys = list(properties)
    if len(keys) >= 3 and r.random() < 0.12:
        at = r.randrange(len(keys) - 1)
        inner = keys[at:at + r.randint(2, min(3, len(keys) - at))]
        group = spell(r, [r.choice(GROUP_NAMES + PAIR_GROUP_NAMES + [domain_name])], case)
        if group not in properties and plain(group) not in RESERVED:
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
        form = r.random() < 0.14
        if form:
            sentences = [story.form(domain_name, r.randint(2, 4) if most <= 3 else r.randint(3, 8))]
        keep = 0.75 if most > 3 else 0.5
        chosen = [g for i, g in enumerate(groups) if r.random() < keep or (i == 0 and r.random() < 0.8)] or [groups[0]]
        if domain_name != "log" and r.random() < 0.3:
            r.shuffle(chosen)
        for group in chosen if not form or r.random() < 0.1 else []:
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
    if x > 0.3 and r.random() < (0.10 if most > 3 else 0.04) or x > 0.985:
        if r.random() < 0.7:
            text, names, schema, rows = table(r, lambda name: plain(name) in RESERVED)
        else:
            text, names, schema, rows = bullets(r)
        if most > 3 or len(text) < 150:
            sentences.insert(r.randint(0, len(sentences)), "\n" + text)
            fields.insert(0, Field([[n] for n in names], schema, rows))
            if r.random() < 0.7:
                fields = fields[:1] + r.sample(fields[1:], min(len(fields) - 1, 2))
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

"""Lists: of objects, as rows of a table or as lines; and of strings, as bullets."""

from values import *

# subject -> (names of the array, columns: (maker, field names))
TABLES = [
    ("people persons members staff team employees contacts attendees guests participants players residents crew users_list delegates students candidates",
     [(person, "name full_name person who member"), (age, "age years age_years"), (city, "city home town lives_in residence"), (job, "job role position profession occupation"),
      (email, "email mail address_mail e_mail contact"), (phone, "phone tel telephone phone_number"), (integer_between(0, 120), "points score result mark"), (room, "room office seat place"),
      (year, "since joined year"), (language, "language speaks tongue"), (country, "country nationality from"), (choice_of(w("yes no maybe")), "answer reply coming response")]),
    ("items products articles goods lines positions entries purchases parts things_bought stock wares cart basket offers",
     [(thing, "name item product article description what"), (count, "quantity qty count amount units pieces"), (money, "price cost unit_price amount each"),
      (code, "code sku article_number id ref"), (colour, "colour color shade"), (brand, "brand maker make"), (city, "warehouse location origin"), (decimal, "weight kg weight_kg")]),
    ("appointments events dates meetings sessions slots schedule calendar program agenda_items entries talks lessons",
     [(date, "date day when on"), (time, "time start at hour"), (topic, "topic subject about theme"), (room, "room place location where"), (person, "person speaker host with who"),
      (duration, "duration length lasts")]),
    ("trips flights connections journeys rides legs trains routes tours",
     [(flight, "number flight no service"), (city, "from origin start departure"), (city, "to destination arrival goal"), (time, "departs leaves departure_time time"), (date, "date day on"),
      (money, "price fare cost")]),
    ("payments bookings transactions expenses invoices transfers costs fees bills charges debts",
     [(date, "date day booked_on paid_on"), (money, "amount sum value total price"), (company, "company payee shop vendor to"), (code, "reference number id invoice_no code"),
      (choice_of(w("open paid overdue")), "status state"), (topic, "purpose text description for")]),
    ("servers hosts machines services nodes devices systems sensors logs errors jobs alerts",
     [(host, "host name server machine node"), (ip, "ip address ip_address"), (percent_number, "load cpu usage percent"), (choice_of(w("up down ok failed")), "status state health"),
      (version, "version release"), (timestamp, "time timestamp seen at"), (user, "user owner login")]),
    ("tasks todos actions steps open_points duties assignments jobs_to_do",
     [(action, "task action what todo step"), (person, "owner assignee who responsible by"), (date, "due until deadline by date"), (choice_of(w("low medium high")), "priority importance level"),
      (choice_of(p("open, done, in progress")), "status state")]),
    ("ingredients groceries foods shopping dishes menu drinks supplies orders food_items",
     [(food, "name food ingredient what product"), (small, "quantity count number amount pieces"), (money, "price cost"), (quantity_unit, "amount measure size weight")]),
    ("books films titles works media loans collection",
     [(book, "title name book work"), (person, "author by creator director writer"), (year, "year published from_year"), (integer_between(1, 10), "rating stars score"), (language, "language lang")]),
    ("animals pets patients herd", [(first, "name pet called"), (animal, "kind species animal type"), (small, "age years"), (decimal, "weight kg"), (person, "owner keeper")]),
    ("cities places offices branches sites stops locations stations shops",
     [(city, "city place name town"), (country, "country nation land"), (large, "staff size number population visitors"), (temperature, "temperature degrees temp"), (phone, "phone tel"),
      (street, "street address"), (zip_code, "zip postcode postal_code")]),
]
BULLETS = [
    (action, "tasks todos steps actions duties things_to_do next_steps plan"), (topic, "topics agenda points subjects themes"), (thing, "things items objects equipment gear packing_list wishes"),
    (person, "people names guests members attendees invited"), (food, "ingredients foods groceries menu shopping"), (city, "cities stops places destinations towns"),
    (skill, "skills requirements strengths abilities"), (email, "emails addresses recipients_list mails"), (filename, "files attachments documents"), (problem, "problems issues faults defects complaints"),
    (date, "dates days possible_dates"), (company, "companies partners clients suppliers firms"), (code, "codes numbers ids references"), (hobby, "hobbies interests"),
]
INTROS = ["{l}:", "{l}", "The {s}:", "Here are the {s}:", "These are our {s}:", "List of {s}:", "Please find the {s} below.", "{l} ({n}):", "{L}", "Our {s} at a glance:", "I send you the {s}:", "We have the following {s}:", ""]


def case_label(r, words):
    text = words.replace("_", " ")
    return r.choice([cap(text), cap(text), text, text.upper(), text.title()])


def intro(r, names, count):
    label = r.choice(names)
    shown = label.replace("_", " ")
    return r.choice(INTROS).format(l=cap(shown), s=shown, n=count, L=shown.upper())


def form_of(r, values):
    """A JSON type that all values of a column have."""
    shared = set.intersection(*(set(value.forms) for value in values)) - {"array"}
    numbers = sorted(shared - {"string"})
    return r.choice(numbers) if numbers and r.random() < 0.9 else r.choice(sorted(shared))


def table(r, taken):
    """-> (text, array names, schema, value); `taken` tells whether a field name is reserved."""
    names, columns = r.choice(TABLES)
    names = names.split()
    columns = columns[:1] * (r.random() < 0.8) + r.sample(columns[1:], r.randint(1, min(3, len(columns) - 1)))
    if len(columns) < 2:
        columns = columns + r.sample([c for c in r.choice(TABLES)[1] if c not in columns], 1)
    if r.random() < 0.25:
        r.shuffle(columns)
    count = r.choice([1, 2, 2, 2, 3, 3, 4])
    cells = [[make(r) for make, _ in columns] for _ in range(count)]
    labels = [r.choice(options.split()) for _, options in columns]
    keys = []
    for _, options in columns:
        options = [o for o in options.split() if not taken(o) and o not in keys]
        keys.append(r.choice(options) if options else None)
    style = r.choice(["line", "line", "line", "labels", "table", "inline", "inline"])
    if style == "labels":
        mark, between = r.choice([": ", " ", "=", ": "]), r.choice([", ", "; ", " | ", "\n  "])
        lines = [between.join(f"{label.replace('_', ' ')}{mark}{cell.text}" for label, cell in zip(labels, row)) for row in cells]
    elif style == "table":
        between = r.choice([" | ", "\t", ",", ";", " | "])
        head = between.join(case_label(r, label) if i == 0 else cap(label.replace("_", " ")) for i, label in enumerate(labels))
        lines = [head] + [between.join(cell.text for cell in row) for row in cells]
    else:
        n = len(columns)
        shape = r.choice(["{} ({})", "{}: {}", "{} - {}", "{}, {}", "{} | {}", "{}; {}", "{} {}"] if n == 2 else
                         ["{}" + ", {}" * (n - 1), "{} (" + ", ".join(["{}"] * (n - 1)) + ")", "{}: " + ", ".join(["{}"] * (n - 1)), " - ".join(["{}"] * n), " | ".join(["{}"] * n), "{} - " + ", ".join(["{}"] * (n - 1))])
        lines = [shape.format(*(cell.text for cell in row)) for row in cells]
    if style == "inline":
        text = r.choice(["; ", " / ", "; "]).join(lines)
        head = intro(r, names, count)
        text = f"{head} {text}".strip() + r.choice([".", "", ""])
    else:
        mark = r.choice(["- ", "* ", "", "", "#"]) if style != "table" else ""
        lines = [f"{i + 1}. {line}" if mark == "#" else mark + line for i, line in enumerate(lines)]
        head = intro(r, names, count)
        text = (head + "\n" if head else "") + "\n".join(lines) + "\n"
    chosen = [i for i, key in enumerate(keys) if key and r.random() < 0.85] or [i for i, key in enumerate(keys) if key][:1]
    if not chosen:
        return table(r, taken)
    if r.random() < 0.3:
        r.shuffle(chosen)
    kinds = {i: form_of(r, [row[i] for row in cells]) for i in chosen}
    schema = {"type": "object", "properties": {keys[i]: {"type": kinds[i]} for i in chosen}, "required": [keys[i] for i in chosen], "additionalProperties": False}
    value = [{keys[i]: row[i].forms[kinds[i]] for i in chosen} for row in cells]
    if len(chosen) == 1 and kinds[chosen[0]] == "string" and r.random() < 0.5:
        return text, names, {"type": "array", "items": {"type": "string"}}, [row[chosen[0]].forms["string"] for row in cells]
    return text, names, {"type": "array", "items": schema}, value


def bullets(r):
    make, names = r.choice(BULLETS)
    names = names.split()
    values = []
    for _ in range(r.choice([1, 2, 3, 3, 4, 5])):
        value = make(r)
        if value.text not in [v.text for v in values]:
            values.append(value)
    mark = r.choice(["- ", "* ", "#", "", "• ", "[ ] "])
    lines = [f"{i + 1}. {v.text}" if mark == "#" else mark + v.text for i, v in enumerate(values)]
    head = intro(r, names, len(values)) or cap(names[0].replace("_", " ")) + ":"
    return head + "\n" + "\n".join(lines) + "\n", names, {"type": "array", "items": {"type": "string"}}, [v.forms.get("string", v.text) for v in values]

"""Value makers: each draws a value and returns it as written in a text and as JSON values by type.

A value is `Value(text, forms)`: `forms` maps a JSON type ('string', 'integer', 'number', ...) to the JSON value
which a reader should write for it. Strings are copied as written; numbers lose currency and thousands signs.
"""

from words import *


class Raw(str):
    """A JSON number, spelled as in the text."""


class Value:
    def __init__(self, text, **forms):
        self.text = text
        self.forms = forms or {"string": text}


def cap(text):
    return text[:1].upper() + text[1:]


def made_word(r, low=1, high=3):
    return "".join(r.choice(SYLLABLES) for _ in range(r.randint(low, high))) + r.choice(ENDINGS)


def noun(r):
    return r.choice(NOUN) if r.random() < 0.85 else made_word(r, 1, 2)


def first_name(r):
    return r.choice(FIRST) if r.random() < 0.4 else cap(made_word(r, 1, 2))


def last_name(r):
    return r.choice(LAST) if r.random() < 0.4 else cap(made_word(r, 1, 3))


def person_text(r):
    x = r.random()
    if x < 0.68:
        return f"{first_name(r)} {last_name(r)}"
    if x < 0.76:
        return f"{r.choice(['Mr', 'Ms', 'Mrs', 'Dr', 'Dr.', 'Mr.', 'Prof.', 'Ms.'])} {last_name(r)}"
    if x < 0.84:
        return first_name(r)
    if x < 0.90:
        return f"{first_name(r)} {r.choice('ABCDEFGHJKLMNPRSTW')}. {last_name(r)}"
    if x < 0.95:
        return f"{first_name(r)} {last_name(r)}-{last_name(r)}"
    return f"{first_name(r)} {r.choice(['van', 'de', 'von', 'del', 'al'])} {last_name(r)}"


def person(r):
    return Value(person_text(r))


def surname(r):
    return Value(last_name(r))


def first(r):
    return Value(first_name(r))


def city_text(r):
    return r.choice(CITIES) if r.random() < 0.5 else cap(made_word(r, 1, 3)) + r.choice(["", "", "", " Bay", "burg", "ville"])


def city(r):
    return Value(city_text(r))


def country(r):
    return Value(r.choice(COUNTRIES))


def company_text(r):
    x = r.random()
    if x < 0.3:
        return f"{r.choice(COMPANY_WORDS)} {r.choice(COMPANY_KINDS)}"
    if x < 0.55:
        return f"{cap(made_word(r))} {r.choice(COMPANY_KINDS)}"
    if x < 0.7:
        return f"{last_name(r)} & {last_name(r)}"
    if x < 0.8:
        return f"{r.choice(COMPANY_WORDS)} {cap(noun(r))} {r.choice(COMPANY_KINDS)}"
    if x < 0.9:
        return cap(made_word(r, 2, 3))
    return f"{cap(made_word(r, 1, 1))}{cap(made_word(r, 1, 1))}"


def company(r):
    return Value(company_text(r))


def street_text(r):
    name = r.choice(STREETS) if r.random() < 0.6 else cap(made_word(r))
    kind = r.choice(STREET_KINDS)
    return f"{r.randint(1, 240)} {name} {kind}" if r.random() < 0.6 else f"{name} {kind} {r.randint(1, 240)}"


def street(r):
    return Value(street_text(r))


def address(r):
    return Value(f"{street_text(r)}, {city_text(r)}")


def zip_code(r):
    x = r.random()
    if x < 0.7:
        return Value("".join(r.choice("0123456789") for _ in range(5)))
    return Value(f"{r.choice('ABCDEGLMNS')}{r.choice('ABELNRSW')}{r.randint(1, 19)} {r.randint(1, 9)}{r.choice('ABDEF')}{r.choice('GHJLN')}")


def email(r):
    a, b = first_name(r).lower(), last_name(r).lower()
    user = r.choice([a, b, f"{a}.{b}", f"{a}_{b}", f"{a[0]}{b}", f"{a}{r.randint(1, 99)}",
                     r.choice(["info", "sales", "office", "support", "orders", "hello", "billing"])])
    host = r.choice([made_word(r, 1, 2), noun(r), f"{noun(r)}-{noun(r)}", r.choice(COMPANY_WORDS).lower()])
    return Value(f"{user}@{host}.{r.choice(DOMAINS_TLD)}")


def digits(r, n):
    return "".join(r.choice("0123456789") for _ in range(n))


def phone(r):
    return Value(r.choice([
        lambda: f"+{r.randint(1, 99)} {digits(r, 3)} {digits(r, 3)} {digits(r, 4)}",
        lambda: f"0{digits(r, 3)} {digits(r, 6)}", lambda: f"555-{digits(r, 4)}", lambda: f"555 {digits(r, 4)}",
        lambda: f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}", lambda: f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}",
        lambda: f"0{digits(r, 2)} {digits(r, 3)} {digits(r, 4)}", lambda: f"0{digits(r, 2)}-{digits(r, 7)}",
    ])())


def date_text(r):
    y, m, d = r.randint(1960, 2030) if r.random() < 0.3 else r.randint(2022, 2027), r.randint(1, 12), r.randint(1, 28)
    month, short, day = MONTHS[m - 1], MONTHS_SHORT[m - 1], r.choice(WEEKDAYS)
    return r.choice([
        f"{y}-{m:02}-{d:02}", f"{y}-{m:02}-{d:02}", f"{d:02}/{m:02}/{y}", f"{d}.{m}.{y}", f"{month} {d}, {y}",
        f"{d} {month} {y}", f"{month} {d}", f"{d} {month}", f"{d} {month}", f"{d} {short} {y}", f"{short} {d}, {y}",
        f"{day}, {month} {d}", f"{day}, {d} {month}", f"{day}", f"{day}, {d} {month} {y}", f"{d:02}-{m:02}-{y}",
        f"{month} {y}", f"{d} {short}", f"next {day}", f"{y}/{m:02}/{d:02}", f"{day} {d} {month}",
    ])


def date(r):
    return Value(date_text(r))


def full_date(r):
    y, m, d = r.randint(1940, 2027), r.randint(1, 12), r.randint(1, 28)
    return Value(r.choice([f"{y}-{m:02}-{d:02}", f"{d} {MONTHS[m - 1]} {y}", f"{MONTHS[m - 1]} {d}, {y}", f"{d:02}/{m:02}/{y}"]))


def weekday(r):
    return Value(r.choice(WEEKDAYS))


def month(r):
    return Value(r.choice(MONTHS))


def year(r):
    y = str(r.randint(1950, 2027))
    return Value(y, integer=Raw(y), string=y)


def time_text(r):
    h, m = r.randint(0, 23), r.choice([0, 15, 30, 45, 5, 10, 20, 40, 50, r.randint(0, 59)])
    return r.choice([f"{h:02}:{m:02}", f"{h:02}:{m:02}", f"{h}:{m:02}", f"{h % 12 + 1}:{m:02} {r.choice(['am', 'pm'])}",
                     f"{h % 12 + 1} {r.choice(['am', 'pm'])}", f"{h % 12 + 1}{r.choice(['am', 'pm'])}"])


def time(r):
    return Value(time_text(r))


def timestamp(r):
    y, mo, d = r.randint(2022, 2027), r.randint(1, 12), r.randint(1, 28)
    t = f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"
    return Value(r.choice([f"{y}-{mo:02}-{d:02} {t}", f"{y}-{mo:02}-{d:02}T{t}Z", f"{d:02}/{mo:02}/{y} {t}", t,
                           f"{MONTHS_SHORT[mo - 1]} {d:02} {t}"]))


def grouped(n):
    return f"{n:,}"


def money(r):
    big = r.random()
    whole = r.randint(1, 99) if big < 0.4 else r.randint(100, 999) if big < 0.75 else r.randint(1000, 99999)
    cents = r.random() < 0.6
    plain = f"{whole}.{r.choice([digits(r, 2), '50', '00', '99', '90'])}" if cents else str(whole)
    shown = plain if whole < 1000 or r.random() < 0.5 else grouped(whole) + plain[len(str(whole)):]
    text = r.choice([f"${shown}", f"€{shown}", f"£{shown}", f"{shown} {r.choice(CURRENCY_CODES)}", f"${shown}",
                     f"{shown} {r.choice(CURRENCY_WORDS)}", f"{r.choice(CURRENCY_CODES)} {shown}"])
    forms = {"number": Raw(plain), "string": text}
    if not cents:
        forms["integer"] = Raw(plain)
    return Value(text, **forms)


def bare_money(r):
    """An amount without currency, for texts that name the currency apart."""
    whole = r.randint(1, 999) if r.random() < 0.7 else r.randint(1000, 99999)
    cents = r.random() < 0.6
    plain = f"{whole}.{digits(r, 2)}" if cents else str(whole)
    shown = plain if whole < 1000 or r.random() < 0.4 else grouped(whole) + plain[len(str(whole)):]
    forms = {"number": Raw(plain)}
    if not cents:
        forms["integer"] = Raw(plain)
    return Value(shown, **forms)


def currency(r):
    return Value(r.choice(CURRENCY_CODES) if r.random() < 0.7 else r.choice(CURRENCY_WORDS))


def integer_between(low, high, words=False):
    def make(r):
        n = r.randint(low, high)
        if words and n <= 12 and n > 0 and r.random() < 0.45:
            return Value(NUMBER_WORDS[n - 1], integer=Raw(n), number=Raw(n))
        shown = grouped(n) if n >= 1000 and r.random() < 0.3 else str(n)
        return Value(shown, integer=Raw(n), number=Raw(n))
    return make


small = integer_between(1, 12, words=True)
count = integer_between(2, 60, words=True)
age = integer_between(18, 90)
large = integer_between(20, 9999)
percent_number = integer_between(0, 100)


def decimal(r):
    t = f"{r.randint(0, 99)}.{r.choice([digits(r, 1), digits(r, 2)])}"
    t = "-" + t if r.random() < 0.1 else t
    return Value(t, number=Raw(t))


def temperature(r):
    t = str(r.randint(-15, 39)) if r.random() < 0.5 else f"{r.randint(-15, 39)}.{r.randint(0, 9)}"
    forms = {"number": Raw(t)}
    if "." not in t:
        forms["integer"] = Raw(t)
    return Value(t, **forms)


def any_number(r):
    return r.choice([decimal, large, count, percent_number, integer_between(1, 999)])(r)


def code(r):
    letters = lambda n: "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(n))
    hexa = lambda n: "".join(r.choice("0123456789abcdef") for _ in range(n))
    return Value(r.choice([
        lambda: f"{letters(r.randint(1, 3))}-{digits(r, r.randint(2, 6))}", lambda: digits(r, r.randint(4, 8)),
        lambda: f"{letters(2)}{digits(r, r.randint(3, 7))}", lambda: f"{letters(3)}-{r.randint(2020, 2027)}-{digits(r, 3)}",
        lambda: hexa(r.randint(5, 8)), lambda: f"{digits(r, 4)}-{digits(r, 3)}", lambda: f"{letters(1)}{digits(r, 4)}",
        lambda: f"{letters(2)}-{digits(r, 4)}-{letters(1)}", lambda: f"#{digits(r, 5)}", lambda: digits(r, 5),
        lambda: f"{r.randint(2020, 2027)}/{digits(r, 4)}",
    ])())


def number_code(r):
    return Value(digits(r, r.randint(3, 8)))


def gate(r):
    return Value(f"{r.choice('ABCDEFGH')}{r.randint(1, 60)}" if r.random() < 0.7 else str(r.randint(1, 60)))


def flight(r):
    return Value(f"{r.choice('ABCDEFKLQSTX')}{r.choice('ABCDEFGKLMXYZ')}{r.choice(['', ' '])}{r.randint(10, 9999)}")


def thing_text(r):
    x = r.random()
    if x < 0.4:
        return f"{r.choice(ADJ)} {noun(r)}"
    if x < 0.65:
        return noun(r)
    if x < 0.85:
        return f"{noun(r)} {noun(r)}"
    return f"{r.choice(ADJ)} {noun(r)} {noun(r)}"


def thing(r):
    return Value(thing_text(r))


def brand_thing(r):
    x = r.random()
    if x < 0.4:
        return Value(f"{cap(made_word(r, 1, 2))} {r.choice(['Pro', 'X', 'Max', 'Mini', 'Plus', 'S', 'One', 'Air'])}{r.choice(['', ' ' + str(r.randint(2, 900))])}")
    if x < 0.7:
        return Value(f"{cap(made_word(r, 1, 2))} {noun(r)}")
    return Value(thing_text(r))


def brand(r):
    return Value(cap(made_word(r, 1, 2)))


def job(r):
    t = r.choice(JOBS)
    return Value(f"{r.choice(['senior', 'junior', 'part-time', 'lead', 'trainee'])} {t}" if r.random() < 0.25 else t)


def book(r):
    x = r.random()
    t = (f"The {cap(r.choice(ADJ))} {cap(noun(r))}" if x < 0.5 else f"{cap(noun(r))} and {cap(noun(r))}" if x < 0.75
         else f"{cap(made_word(r))} in {city_text(r)}")
    return Value(t)


def topic(r):
    x = r.random()
    if x > 0.8:
        t = f"{r.choice(ADJ)} {noun(r)}" if x < 0.9 else noun(r)
        return Value(f"the {t}", string=t)
    t = (f"{r.choice(ADJ)} {noun(r)} {noun(r)}" if x < 0.3 else f"{noun(r)} {noun(r)}" if x < 0.6
         else f"{r.choice(VERB_ING)} the {noun(r)}")
    return Value(t)


def subject(r):
    return Value(cap(topic(r).text) if r.random() < 0.7 else f"{cap(noun(r))} for {city_text(r)}")


def problem(r):
    x = r.random()
    n = noun(r)
    t = (f"the {n} {r.choice(VERB_PAST)} {r.choice(ADV)}" if x < 0.3 else f"the {r.choice(ADJ)} {n} does not work" if x < 0.5
         else f"the {n} {r.choice(VERB_PAST)}" if x < 0.65 else f"the {n} cannot {r.choice(VERB)} the {noun(r)}" if x < 0.8
         else f"no {n} on the {noun(r)}" if x < 0.9 else f"the {n} shows a {r.choice(ADJ)} {noun(r)}")
    return Value(t)


def action(r):
    x = r.random()
    t = (f"{r.choice(VERB)} the {noun(r)}" if x < 0.5 else f"{r.choice(VERB)} the {r.choice(ADJ)} {noun(r)}" if x < 0.8
         else f"{r.choice(VERB)} {noun(r)}s for {first_name(r)}")
    return Value(t)


def colour(r):
    return Value(r.choice(COLOURS) if r.random() < 0.85 else f"{r.choice(['dark', 'light', 'pale'])} {r.choice(COLOURS)}")


def animal(r):
    return Value(r.choice(ANIMALS))


def room(r):
    """A place; an article before it belongs to the sentence, not to the value."""
    x = r.random()
    if x < 0.35:
        name = r.choice([f"{r.choice(COLOURS)} room", f"{cap(r.choice(COLOURS))} Room", f"{noun(r)} office", f"{cap(noun(r))} House",
                         f"{last_name(r)} Centre", f"{r.choice(STREETS)} Museum", f"{cap(noun(r))} Room", f"meeting room {r.randint(1, 9)}"])
        return Value(f"the {name}", string=name)
    return Value(r.choice([f"room {r.randint(1, 499)}", f"Room {r.randint(1, 49)}{r.choice('ABC')}", f"{cap(made_word(r))} Hall",
                           f"Hall {r.randint(1, 12)}", f"Cafe {cap(made_word(r, 1, 2))}", f"{cap(noun(r))} House",
                           f"{last_name(r)} Centre", f"St. {first_name(r)} Hall", f"St. {first_name(r)}'s Hall"]))


def host(r):
    return Value(f"{r.choice(['web', 'db', 'app', 'node', 'mail', 'cache', 'srv', noun(r)])}-{r.choice([digits(r, 2), str(r.randint(1, 20)), r.choice(['eu', 'us', 'prod', 'test'])])}")


def service(r):
    x = r.random()
    return Value(f"{noun(r)}-{r.choice(['service', 'api', 'worker', 'gateway', 'manager', noun(r)])}" if x < 0.6
                 else f"{noun(r)}_{noun(r)}" if x < 0.8 else made_word(r, 1, 2) + "d")


def ip(r):
    return Value(".".join(str(r.randint(1, 254)) for _ in range(4)))


def path(r):
    return Value("/" + "/".join(noun(r) for _ in range(r.randint(1, 3))) + r.choice(["", ".log", ".txt", ".csv", ".json"]))


def filename(r):
    return Value(f"{noun(r)}{r.choice(['_', '-', ''])}{r.choice([noun(r), digits(r, 2)])}.{r.choice(['pdf', 'csv', 'txt', 'docx', 'png', 'zip'])}")


def url(r):
    return Value(f"{r.choice(['https://', 'www.', ''])}{made_word(r, 1, 2)}.{r.choice(['com', 'org', 'example'])}/{noun(r)}")


def version(r):
    return Value(f"{r.randint(0, 19)}.{r.randint(0, 20)}" + (f".{r.randint(0, 30)}" if r.random() < 0.6 else ""))


def duration(r):
    n = r.randint(2, 59)
    return Value(f"{n} {r.choice(['minutes', 'hours', 'days', 'weeks', 'months', 'seconds'])}")


def quantity_unit(r):
    return Value(f"{r.choice([str(r.randint(1, 900)), decimal(r).text.lstrip('-')])} {r.choice(['kg', 'g', 'mg', 'ml', 'litres', 'km', 'm', 'cm', 'miles'])}")


def medicine(r):
    return Value(cap(made_word(r, 1, 2) + r.choice(MEDICINES_END)))


def user(r):
    return Value(r.choice([first_name(r).lower(), f"{first_name(r).lower()}{r.randint(1, 99)}", f"{first_name(r)[0].lower()}{last_name(r).lower()}", f"{noun(r)}_{noun(r)}"]))


def word(r):
    return Value(r.choice([r.choice(ADJ), noun(r), made_word(r), cap(made_word(r))]))


def phrase(r):
    return r.choice([thing, topic, person, city, company, word, code, date, time, action, problem, colour, email, brand_thing,
                     phone, duration, quantity_unit, filename, room, book, word, thing])(r)


def noun_value(r):
    return Value(noun(r))


def choice_of(items):
    return lambda r: Value(r.choice(items))


language = choice_of(LANGUAGES)
skill = choice_of(SKILLS)
hobby = choice_of(HOBBIES)
food = choice_of(FOODS)


def joined(r, texts):
    if len(texts) == 1:
        return texts[0]
    x = r.random()
    if x < 0.65:
        return ", ".join(texts[:-1]) + " and " + texts[-1]
    if x < 0.9:
        return ", ".join(texts)
    return ", ".join(texts[:-1]) + (", and " if len(texts) > 2 else " and ") + texts[-1]


def list_of(make, low=1, high=4):
    def build(r):
        texts = []
        for _ in range(r.randint(low, high)):
            t = make(r).text
            if t not in texts:
                texts.append(t)
        return Value(joined(r, texts), array=texts)
    return build

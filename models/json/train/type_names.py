"""Field names that tell only the type of a value: a role, `x_day`, `x_sum`. They fit where a text has one such value."""

from values import *

ROLES = w("""author speaker owner holder chief leader head boss employee colleague staff expert specialist adviser counsellor helper
volunteer sponsor investor founder partner supplier vendor buyer seller payer payee lender tenant landlord lodger visitor traveller
passenger driver pilot captain sailor soldier officer inspector detective judge lawyer notary clerk secretary assistant trainee pupil
student teacher tutor coach trainer player scorer winner loser champion athlete runner singer actor artist painter poet writer editor
publisher reader critic reviewer reporter journalist photographer designer architect builder plumber electrician mechanic technician
engineer operator programmer tester analyst scientist researcher professor doctor nurse surgeon therapist vet pharmacist patient
victim witness suspect accused claimant applicant candidate nominee delegate member subscriber user customer client shopper consumer
orderer requester asker caller correspondent signer undersigned sender recipient addressee contact host organiser chairman moderator
participant attendee neighbour friend relative parent mother father child son daughter brother sister husband wife spouse heir donor
giver taker finder keeper farmer fisher hunter gardener cook chef baker butcher waiter barber tailor cleaner porter guard janitor
agent broker dealer trader merchant manufacturer inventor petitioner complainer appellant debtor creditor guarantor""")
FIRMS = w("""company firm business shop store agency provider supplier manufacturer producer retailer dealer bank insurer carrier employer
organisation institution association brand workshop office studio clinic hotel restaurant airline publisher operator contractor seller vendor
issuer sender client customer partner sponsor organiser""")
BEFORE = w("""first last next new main start end final arrival departure delivery order pickup return travel trip flight stay wedding party
concert exam test course lesson training interview contract payment invoice shipping birth hiring opening closing release launch visit
treatment checkup repair service support claim damage accident meeting call talk event booking reservation rental purchase sale offer
project task report review update member account customer client supplier company office shop work school home holiday lunch dinner
breakfast evening morning requested planned expected agreed given quoted asked stated named proposed preferred desired""")
PAST = w("""signed written sent paid built made found sold checked tested ordered delivered moved taken left seen used approved printed
repaired installed replaced cancelled booked planned collected reviewed finished filed shipped packed rented called started closed issued
posted scheduled arranged agreed fixed offered requested promised dated stored handed returned invited hired trained treated""")


def before(r):
    return r.choice(BEFORE) if r.random() < 0.7 else r.choice(NOUN)


def person_name(r):
    role = r.choice(ROLES)
    return r.choice([[role], [role], [role], [role, "name"], [r.choice(PAST), "by"], [before(r), role], ["name", "of", role], [role, "full", "name"]])


def ending(*words):
    return lambda r: [before(r), r.choice(words)]


def either(*makers):
    return lambda r: r.choice(makers)(r)


def past_with(*prepositions):
    return lambda r: [r.choice(PAST), r.choice(prepositions)]


def verb_by(r):
    return [r.choice(VERB), r.choice(["by", "until", "before"])]


PLACE_NAMES = either(ending("place", "location", "venue", "site", "spot", "room"), past_with("in", "at"))
TYPE_NAMES = {
    person: person_name, company: lambda r: r.choice([[r.choice(FIRMS)], [before(r), r.choice(FIRMS)], [r.choice(FIRMS), "name"]]),
    date: either(ending("date", "day"), ending("date", "day"), past_with("on", "until"), verb_by), full_date: either(ending("date", "day"), past_with("on")),
    time: either(ending("time", "hour"), past_with("at")), timestamp: either(ending("time", "timestamp"), past_with("at")),
    city: either(ending("city", "town", "place", "location"), past_with("in", "from", "to")), address: ending("address", "place", "location"),
    street: ending("street", "address", "street_name"), room: PLACE_NAMES,
    money: either(ending("price", "cost", "amount", "sum", "fee", "total", "charge", "payment", "value"), past_with("for")),
    bare_money: ending("price", "cost", "amount", "sum", "fee", "total", "value"), currency: either(ending("currency"), lambda r: ["currency"], past_with("in")),
    code: ending("number", "no", "id", "code", "reference", "ref", "key", "identifier"), number_code: ending("number", "no", "id", "code", "identifier"),
    email: ending("mail", "email", "email_address"), phone: ending("phone", "telephone", "number", "tel", "phone_number", "mobile"),
    duration: ending("duration", "length", "time", "period"), job: ending("job", "profession", "position", "role", "title"), country: ending("country", "nation", "state"),
    brand_thing: ending("product", "item", "thing", "model", "device", "article"), thing: ending("item", "thing", "object", "article", "product"),
    book: ending("title", "book", "name"), colour: ending("colour", "color"), year: ending("year"), language: ending("language"), animal: ending("animal", "species"),
    medicine: ending("medicine", "drug", "remedy"), version: ending("version"), host: ending("host", "machine", "server", "computer"),
    service: ending("service", "component", "program", "process"), path: ending("path", "file", "folder"), ip: ending("ip", "address"), user: ending("user", "login", "account"),
    problem: ending("problem", "trouble", "fault", "defect", "error"), action: ending("task", "step", "plan", "action", "wish"), topic: ending("topic", "matter", "theme", "subject"),
    filename: ending("file", "document", "attachment"), url: ending("link", "site", "page"), skill: ending("skill"), hobby: ending("hobby"),
    percent_number: ending("percent", "percentage"), age: lambda r: r.choice([["age"], [r.choice(ROLES), "age"], ["age", "in", "years"]]),
}
UNITS = [("minutes", ["takes {v} minutes", "is {v} minutes late", "lasts {v} minutes"], "minutes mins duration"), ("percent", ["is at {v} percent", "is {v}% full", "rose by {v} percent", "stands at {v}%"], "percent percentage pct"),
         ("degrees", ["shows {v} degrees", "is {v} degrees warm", "reached {v} degrees"], "degrees temperature"), ("km", ["is {v} km away", "ran {v} km", "is {v} km long"], "km distance kilometres"),
         ("kmh", ["goes {v} km/h", "runs at {v} km/h"], "kmh speed"), ("hours", ["takes {v} hours", "was off for {v} hours", "worked {v} hours"], "hours"), ("days", ["arrives in {v} days", "lasts {v} days", "is {v} days old"], "days"),
         ("years", ["is {v} years old", "lasted {v} years"], "years age"), ("kg", ["weighs {v} kg", "has {v} kg"], "kg weight"), ("metres", ["is {v} metres long", "has {v} square metres", "is {v} metres high"], "metres size"),
         ("euros", ["costs {v} euros", "is worth {v} euros", "brought {v} euros"], "euros price value cost"), ("dollars", ["costs {v} dollars", "earns {v} dollars"], "dollars price pay"), ("litres", ["holds {v} litres", "needs {v} litres"], "litres volume"),
         ("people", ["has room for {v} people", "employs {v} people", "drew {v} people"], "people persons headcount"), ("pages", ["has {v} pages"], "pages page_count"), ("points", ["got {v} points", "scored {v} points", "has {v} points"], "points score"),
         ("stars", ["gets {v} stars", "has {v} stars"], "stars rating"), ("times", ["failed {v} times", "was used {v} times", "rang {v} times"], "times how_often"), ("rooms", ["has {v} rooms"], "rooms room_count"), ("gears", ["has {v} gears"], "gears gear_total"),
         ("seats", ["has {v} seats"], "seats seat_count"), ("nights", ["takes {v} nights", "lasts {v} nights"], "nights night_count")]


def measure(r):
    """A number with its unit. -> (sentence, name words, Value)"""
    unit, says, names = r.choice(UNITS)
    what = r.choice([[r.choice(NOUN)], [r.choice(ADJ), r.choice(NOUN)]])
    value = r.choice([integer_between(1, 12, words=True), integer_between(2, 99), integer_between(2, 99), integer_between(100, 3000)])(r)
    name = r.choice(names.split())
    words = r.choice([what + [name], what + ["in", unit], [name], what + [name], ["how", "many", unit], [what[-1], name]])
    return f"{r.choice(['The', 'The', 'Our', 'My', 'This'])} {' '.join(what)} {r.choice(says).replace('{v}', value.text)}.", words, value

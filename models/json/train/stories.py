"""Free sentences: who did what, where and when; verbs with prepositions; topics; speech acts. Like pairs.py, they give
facts whose field names are composed from the words, here with other words than those of the text."""

from domains import BOOL
from kinds import BOOLS, MEANINGS
from pairs import fact
from values import *

# past, agent, participle, what the object may be called
ACTS = [
    ("bought", "buyer", "bought", "purchase"), ("sold", "seller", "sold", "goods"), ("found", "finder", "found", "find"),
    ("lost", "loser", "lost", "lost_property"), ("repaired", "repairer", "repaired", "repair"), ("sent", "sender", "sent", "shipment"),
    ("received", "receiver", "received", "delivery"), ("ordered", "customer", "ordered", "order"), ("painted", "painter", "painted", "artwork"),
    ("delivered", "courier", "delivered", "delivery"), ("reported", "reporter", "reported", "report"), ("borrowed", "debtor", "borrowed", "loan"),
    ("returned", "returner", "returned", "return"), ("rented", "renter", "rented", "rental"), ("reviewed", "reviewer", "reviewed", "review"),
    ("tested", "tester", "tested", "test"), ("designed", "designer", "designed", "design"), ("built", "builder", "built", "building"),
    ("inspected", "inspector", "inspected", "inspection"), ("signed", "signer", "signed", "document"), ("brought", "bringer", "brought", "gift"),
    ("cancelled", "canceller", "cancelled", "cancellation"), ("stole", "thief", "stolen", "loot"), ("won", "winner", "won", "prize"),
    ("cleaned", "cleaner", "cleaned", "job"), ("photographed", "photographer", "photographed", "motif"), ("drove", "driver", "driven", "vehicle"),
    ("donated", "donor", "donated", "donation"), ("requested", "requester", "requested", "request"), ("offered", "bidder", "offered", "offer"),
    ("broke", "culprit", "broken", "damage"), ("invented", "inventor", "invented", "invention"), ("moved", "mover", "moved", "load"),
    ("hired", "employer", "hired", "hire"), ("taught", "teacher", "taught", "lesson"), ("wrote", "writer", "written", "text"), ("baked", "baker", "baked", "pastry"),
    ("caught", "catcher", "caught", "catch"), ("chose", "chooser", "chosen", "choice"), ("tuned", "tuner", "tuned", "instrument"), ("drew", "artist", "drawn", "drawing"),
    ("grew", "grower", "grown", "crop"), ("hid", "hider", "hidden", "hideout"), ("approved", "approver", "approved", "approval"), ("rejected", "critic", "rejected", "rejection"),
    ("measured", "surveyor", "measured", "measurement"), ("translated", "translator", "translated", "translation"), ("checked", "checker", "checked", "check"),
    ("filmed", "director", "filmed", "film"), ("recorded", "recorder", "recorded", "recording"), ("printed", "printer_name", "printed", "print"), ("packed", "packer", "packed", "package"),
    ("stored", "keeper", "stored", "storage"), ("restored", "restorer", "restored", "restoration"), ("replaced", "technician", "replaced", "replacement"),
    ("recommended", "adviser", "recommended", "recommendation"), ("tasted", "taster", "tasted", "sample"), ("leased", "lessor", "leased", "lease"), ("shipped", "shipper", "shipped", "shipment"),
    ("published", "publisher", "published", "publication"), ("discovered", "discoverer", "discovered", "discovery"), ("financed", "investor", "financed", "investment"),
    ("insured", "insurer", "insured", "policy"), ("demanded", "claimant", "demanded", "demand"), ("copied", "copyist", "copied", "copy"), ("welded", "welder", "welded", "joint"),
    ("installed", "installer", "installed", "installation"), ("collected", "collector", "collected", "collection"), ("made", "maker", "made", "product"),
]
# third person, participle or gerund stem used in names, preposition, makers
VERB_PLACES = [
    ("works", "at", [company]), ("lives", "in", [city, country]), ("comes", "from", [city, country]), ("leaves", "from", [city, room]),
    ("goes", "to", [city, room]), ("starts", "at", [time]), ("ends", "at", [time]), ("begins", "on", [date]), ("opens", "at", [time]),
    ("closes", "at", [time]), ("arrives", "in", [city]), ("arrives", "on", [date]), ("belongs", "to", [person, company]), ("reports", "to", [person]),
    ("talks", "to", [person]), ("stays", "at", [room, company]), ("stays", "until", [date]), ("travels", "with", [person]), ("pays", "with", [thing]),
    ("waits", "for", [person]), ("looks", "for", [thing]), ("asks", "for", [thing]), ("depends", "on", [thing]), ("suffers", "from", [thing]),
    ("plays", "for", [company]), ("flies", "with", [company]), ("runs", "on", [host, thing]), ("expires", "on", [date]), ("ships", "to", [city, country]),
    ("consists", "of", [thing]), ("listens", "to", [person]), ("studies", "in", [city]), ("departs", "at", [time]), ("meets", "with", [person]),
    ("sleeps", "in", [room, city]), ("sits", "in", [room]), ("stands", "in", [room, city]), ("eats", "with", [person]), ("plays", "with", [person, thing]), ("shops", "at", [company]),
    ("banks", "with", [company]), ("agrees", "with", [person]), ("competes", "with", [company]), ("lands", "in", [city]), ("lands", "at", [time]), ("wakes", "at", [time]), ("retires", "in", [year, city]),
    ("pays", "by", [date]), ("pays", "for", [thing]), ("worries", "about", [topic]), ("dreams", "of", [thing]), ("talks", "about", [topic]), ("writes", "about", [topic]), ("writes", "for", [company]),
    ("learns", "from", [person]), ("hides", "in", [room]), ("drives", "to", [city]), ("walks", "to", [room]), ("votes", "for", [person]), ("marries", "in", [city, month]), ("sells", "to", [company]),
    ("buys", "from", [company]), ("rents", "from", [person, company]), ("answers", "to", [person]), ("stops", "in", [city]), ("stops", "at", [time]), ("closes", "on", [weekday]), ("opens", "on", [weekday]),
    ("returns", "from", [city]), ("reacts", "to", [thing]), ("points", "to", [thing]), ("wins", "against", [person]), ("insures", "with", [company]), ("signs", "on", [date]),
    ("returns", "on", [date]), ("moves", "to", [city]), ("connects", "to", [host, city]), ("applies", "for", [job]), ("trains", "at", [company]),
]
ATTRIBUTES = [
    (["{s} is {v} years old.", "{s} turned {v} last week.", "{s} ({v}) agrees.", "At the age of {v}, {s} is still curious."], age, ["age", "years", "age_in_years", "how_old"]),
    (["{s} works as a {v}.", "{s} is a {v}.", "{s}, a {v}, wrote to us.", "The {v} {s} called.", "{s} wants to become a {v}."], job, ["job", "profession", "occupation", "role", "work", "trade", "career"]),
    (["Write to {s} at {v}.", "{s} uses {v}.", "{s}: {v}", "Contact {s} under {v}.", "{s} <{v}>"], email, ["email", "mail", "email_address", "contact", "mail_address", "contact_email"]),
    (["Call {s} on {v}.", "{s} has the number {v}.", "{s}, phone {v}", "Ring {s}: {v}.", "{s} can be reached at {v}."], phone, ["phone", "telephone", "phone_number", "tel", "mobile", "call", "contact_number"]),
    (["{s} likes {v}.", "{s} is fond of {v}.", "The hobby of {s} is {v}.", "{s} spends every Sunday {v}."], hobby, ["hobby", "likes", "interest", "pastime", "favourite_activity"]),
    (["{s} speaks {v}.", "{s} learned {v} at school.", "The mother tongue of {s} is {v}."], language, ["language", "speaks", "tongue", "mother_tongue"]),
    (["{s} eats no {v}.", "{s} must avoid {v}.", "{s} is allergic to {v}."], food, ["allergy", "avoids", "must_not_eat", "forbidden_food", "allergen"]),
    (["{s} was born in {v}.", "{s} comes from {v}.", "{s}, who grew up in {v}, is here."], city, ["birthplace", "home", "place_of_birth", "hometown", "origin", "native_city"]),
    (["{s} lives in {v}.", "{s} moved to {v}.", "{s} of {v} is coming."], city, ["residence", "city", "town_of_residence", "lives", "current_city", "home_city"]),
    (["{s} works for {v}.", "{s} joined {v}.", "{s} from {v} called.", "{s} ({v}) sent a note."], company, ["company", "employer", "firm", "organisation", "business", "workplace"]),
    (["{s} drives a {v}.", "{s} owns a {v}.", "{s} has a {v}."], brand_thing, ["owns", "belonging", "possession", "property", "has"]),
    (["{s} scored {v} points.", "{s} got {v} points.", "With {v} points {s} leads."], integer_between(1, 99), ["points", "score", "result", "points_scored"]),
    (["{s} earned {v}.", "{s} owes us {v}.", "{s} spent {v}.", "{s} paid {v}."], money, ["amount", "sum", "money", "value", "total"]),
    (["{s} ran {v} km.", "{s} lives {v} km away."], integer_between(2, 90), ["distance", "km", "kilometres", "distance_km"]),
    (["{s} stayed for {v}.", "{s} waited {v}.", "{s} has been ill for {v}."], duration, ["duration", "how_long", "time_span", "period", "length_of_time"]),
    (["{s} has {v} children.", "{s} is a parent of {v}."], small, ["children", "kids", "child_count", "number_of_children"]),
]
TOPICS = {
    "sport": ("sport,sports,athletics", ["The team won the final by two goals.", "She ran the marathon in three hours.", "The coach changed the keeper.", "The match ended in a draw.", "He broke the swimming record."]),
    "food": ("food,cooking,meals", ["Fry the onions in butter.", "The soup needs more salt.", "Bake the cake for forty minutes.", "The new menu has three kinds of pasta.", "I had a delicious dinner."]),
    "weather": ("weather,climate", ["Heavy rain is expected in the north.", "It will be sunny and warm.", "A storm moves over the coast.", "Snow fell all night.", "The fog will clear by noon."]),
    "money": ("finance,money,business,economy", ["The bank raised its rates.", "Shares fell by two percent.", "The company made a large profit.", "Prices went up again this year.", "The tax return is due."]),
    "health": ("health,medicine,medical", ["The doctor advised more rest.", "A new vaccine was approved.", "She has a fever and a sore throat.", "Drink enough water and sleep well.", "The operation went well."]),
    "tech": ("technology,tech,computers,software", ["The new phone has a faster chip.", "A bug in the software was fixed.", "The server was down for an hour.", "Install the update and restart the computer.", "The app now works offline."]),
    "travel": ("travel,tourism,holidays", ["We spent our holiday at the sea.", "The hotel was close to the beach.", "Our flight was late.", "The old town is worth a visit.", "Pack a light suitcase."]),
    "music": ("music,concerts", ["The band played for two hours.", "Her new album is out.", "The choir sang in the church.", "He plays the violin.", "The orchestra has a new conductor."]),
    "school": ("education,school,learning", ["The pupils passed their exams.", "The teacher explained the lesson again.", "The course has ten lessons.", "Homework is due on Friday.", "The university opens a new library."]),
    "work": ("work,jobs,career", ["I applied for a new job.", "My boss gave me a raise.", "The interview went well.", "Two colleagues are leaving the office.", "She was promoted to manager."]),
    "animals": ("animals,pets,nature", ["The cat sleeps on the sofa.", "Wolves were seen in the forest.", "Our dog needs a walk.", "Birds fly south in autumn.", "The zoo has a young elephant."]),
    "traffic": ("traffic,transport", ["A lorry blocks the motorway.", "The bus is late again.", "Road works on the bridge cause delays.", "There is a long jam near the tunnel.", "The tram line is closed."]),
    "law": ("law,crime,legal,police", ["The police caught the thief.", "The court fined the company.", "A lawyer wrote the contract.", "The trial begins tomorrow.", "The witness told the judge everything."]),
}
SPEECH = {
    "question": ("question,inquiry,asking", ["When do you open?", "Could you tell me the price?", "Do you deliver to my town?", "What do I need for it?", "How long will it take?"]),
    "complaint": ("complaint,criticism,grievance", ["I am not satisfied with your service.", "This is unacceptable.", "I waited for hours and nobody came.", "The quality is poor.", "You charged me too much."]),
    "thanks": ("thanks,praise,gratitude,compliment", ["Thank you so much for your help!", "You did a wonderful job.", "I am very grateful.", "What a kind gesture, thanks.", "The staff was wonderful."]),
    "request": ("request,order,demand", ["Please send me a new card.", "I would like to order two more.", "Please change my password.", "Give me an offer, please.", "Kindly send the documents again."]),
    "apology": ("apology,excuse,regret", ["I am sorry for the mistake.", "We apologise for the delay.", "Please forgive me.", "It was our fault.", "I regret what happened."]),
    "invitation": ("invitation,invite", ["Will you come to our party?", "You are invited to dinner.", "Join us for a drink.", "We would love to see you there.", "Come and celebrate with us."]),
    "cancel": ("cancellation,cancel,withdrawal", ["I have to cancel.", "Please end my contract.", "We cannot come after all.", "I want to stop the subscription.", "Please delete my booking."]),
    "news": ("announcement,news,notice", ["Our shop moves next month.", "The office stays closed on Monday.", "We have a new manager.", "From now on the library opens at nine.", "The new model is here."]),
}
MOODS = {
    "good": ("positive,happy,good,cheerful,satisfied,like", ["I am so happy!", "This made my day.", "What a lovely surprise.", "Everything was perfect.", "I really enjoyed it.", "Wonderful!", "The best day in years.", "I am impressed.", "It works like a charm.", "I love this place."]),
    "bad": ("negative,sad,bad,upset,dissatisfied,dislike", ["I am so sad.", "This is a disaster.", "I feel let down.", "Nothing worked.", "I hate it.", "Horrible!", "I was shocked by how rude they were.", "We will never come back.", "It makes me angry.", "Such a pity."]),
    "mixed": ("neutral,mixed,indifferent,average,so-so", ["It was okay.", "I do not care much.", "Nothing special.", "Neither good nor bad.", "It is what it is.", "Average at best.", "Could be better, could be worse.", "Fine, I guess."]),
}
URGENT = {
    "high": ("high,urgent,critical,immediate,severe", ["We need help at once!", "Everything stands still.", "This cannot wait.", "Please hurry!", "It is an emergency.", "All our customers are affected."]),
    "low": ("low,minor,trivial,can wait,whenever", ["There is no hurry.", "Whenever you have time.", "Just a small thing.", "It is only cosmetic.", "It can wait until next month."]),
    "medium": ("medium,normal,moderate,ordinary", ["Please fix it in the next days.", "It would be good to have it this week.", "It is annoying, but we can work.", "Please look at it soon."]),
}
CLASSES = MEANINGS + [(TOPICS, "topic category section theme subject area field about department kind"), (SPEECH, "intent type kind purpose speech_act message_type category"),
           (MOODS, "mood sentiment tone feeling opinion attitude emotion impression"), (URGENT, "urgency priority severity importance level rank how_urgent")]
CAN = p("swim, drive, cook, travel, work at night, speak in public, start at once, come early, stay longer, pay now, wait, lift heavy boxes, read music")


def classify(r):
    table, names = r.choice(CLASSES)
    keys = r.sample(list(table), min(len(table), r.randint(2, 5)))
    chosen = r.choice(keys)
    labels = {key: r.choice(table[key][0].split(",")) for key in keys}
    sentences = r.sample(table[chosen][1], r.choice([1, 1, 2]))
    return [(" ".join(sentences), [([r.choice(names.split())], ({"enum": [labels[key] for key in keys]}, labels[chosen]))])]


def act(r, alone):
    past, agent, participle, noun_name = r.choice(ACTS)
    who = (person if r.random() < 0.8 else company)(r)
    many = r.random() < 0.3
    what = thing(r)
    number = small(r)
    what_text = f"{number.text} {what.text}" + ("s" if r.random() < 0.5 else "") if many else f"{r.choice(['a', 'the', 'the', 'one'])} {what.text}"
    last = participle
    facts = [([agent], who), ([last, "by"], who), (["who"], who), (["person"], who), (["name"], who), ([agent, "name"], who)]
    facts = [r.choice(facts if alone else facts[:2])]
    items = [[last, "item"], [last, "thing"], [last, "object"], [last, "article"], [noun_name], ["item"], ["what"], ["object"], ["thing"], ["goods"]]
    item = r.choice(items if alone else items[:5])
    end = what_text[len(number.text) + 1:] if many else what.text
    facts.append((item, Value(end)))
    if many and number.text != "one":
        facts.append((r.choice([["count"], ["quantity"], ["how", "many"], ["number", "of", "items"], [last, "count"], ["units"], ["pieces"]]), number))
    tail = []
    for make, prep, names in r.sample([
            (city, "in", ["city", "place", "town", "where", "location", last + "_in", "place_of_" + noun_name]),
            (date, "on", ["date", "day", "when", last + "_on", "date_of_" + noun_name, noun_name + "_date"]),
            (time, "at", ["time", "hour", last + "_at", "clock_time", "time_of_" + noun_name]),
            (money, "for", ["price", "amount", "cost", "sum", last + "_for", "value", noun_name + "_price"]),
            (company, "from", ["from", "source", last + "_from", "shop", "supplier", "partner"]),
            (person, "for", ["for", "beneficiary", last + "_for", "friend", "on_behalf_of"]),
            (person, "with", ["with", "companion", "helper", last + "_with", "together_with", "accompanied_by"])], r.randint(0, 3)):
        value = make(r)
        tail.append(f"{prep} {value.text}")
        facts.append(([r.choice(names if alone else [n for n in names if last in n])], value))
    x = r.random()
    if x < 0.6:
        sentence = f"{who.text} {past} {what_text}" + "".join(" " + t for t in tail) + "."
    elif x < 0.8 and tail:
        sentence = f"{cap(tail[0])}, {who.text} {past} {what_text}" + "".join(" " + t for t in tail[1:]) + "."
    else:
        sentence = f"{cap(what_text)} {'were' if many else 'was'} {participle} by {who.text}" + "".join(" " + t for t in tail) + "."
    return [(sentence, facts)]


def verb_place(r):
    verb, prep, makers = r.choice(VERB_PLACES)
    who = r.choice([person_text, lambda r: f"the {r.choice(NOUN)}", company_text, first_name])(r)
    value = r.choice(makers)(r)
    x = r.random()
    sentence = (f"{cap(who)} {verb} {prep} {value.text}." if x < 0.7 else f"{verb} {prep} {value.text}" if x < 0.8
                else f"{cap(who)} now {verb} {prep} {value.text}." if x < 0.9 else f"{cap(prep)} {value.text} {verb} {who}.")
    return [(sentence, [([verb, prep], value)])]


def portrait(r):
    """One or two people with attributes; the names of the fields carry the role where there are two."""
    out, roles = [], r.sample(w("client agent owner tenant student teacher doctor patient driver guest manager author speaker player visitor candidate witness neighbour sponsor contact"), 2)
    people = r.choice([1, 1, 2])
    for i in range(people):
        who = person(r)
        role = roles[i]
        if people == 2 or r.random() < 0.4:
            out.append((r.choice([f"The {role} is {who.text}.", f"{cap(role)}: {who.text}", f"{who.text} is the {role}.", f"Our {role}, {who.text}, is here."]),
                        [(r.choice([[role], [role, "name"]]), who)]))
            prefix = [role]
        else:
            out.append(("", [(r.choice([["name"], ["person"], ["who"], ["full", "name"]]), who)]))
            prefix = []
        for sentences, make, names in r.sample(ATTRIBUTES, r.randint(1, 3)):
            value = make(r)
            out.append((r.choice(sentences).replace("{s}", who.text).replace("{v}", value.text), [(prefix + [r.choice(names)], value)]))
    return out


def truth(r):
    """A boolean that the text only implies."""
    names, yes, no = r.choice(BOOLS)
    value = r.random() < 0.5
    return [(r.choice(yes if value else no), [(r.choice(names).split("_"), (BOOL, value))])]


def ability(r):
    what, truth = r.choice(CAN), r.random() < 0.5
    who = r.choice(["I", "We", first_name(r), "She", "He"])
    sentence = f"{who} {'can' if truth else r.choice(['cannot', 'can not'])} {what}."
    return [(sentence, [(["can"] + what.split(), (BOOL, truth))])]


def story(r, size):
    """-> (sentences, [(name words, Value or (BOOL, truth) or (schema, json))])."""
    sentences, facts = [], []
    for _ in range(size):
        make = r.choices([act, verb_place, portrait, ability, classify, truth], [26, 16, 22, 4, 22, 14])[0]
        for sentence, found in act(r, size == 1) if make is act else make(r):
            if sentence:
                sentences.append(sentence)
            facts += found
    if r.random() < 0.3:
        sentence, words, value = fact(r)
        sentences.insert(r.randint(0, len(sentences)), sentence)
        facts.append((words, value))
    return sentences, facts

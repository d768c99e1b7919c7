"""Facts whose field name is composed at random, so that a reader must match the words of name and text."""

from domains import BOOL, Literal
from type_names import measure
from values import *

PARTICIPLES = w("""signed written sent paid built made found sold bought checked tested ordered delivered moved taken left
seen used approved closed opened printed repaired painted installed replaced measured cancelled booked planned collected
prepared counted reviewed published finished designed filed stored shipped packed cleaned rented named called""")
PREPOSITIONS = {
    "by": [person, company, first], "from": [city, person, company, country], "to": [city, person, company, street],
    "at": [time, room, city, company], "on": [date, weekday, date], "in": [city, month, year, room, country],
    "with": [thing, brand_thing, person], "for": [person, company, thing, money, topic], "near": [city, street, room],
    "before": [date, time], "after": [date, time], "until": [date, time], "since": [year, date, month], "under": [code, thing],
}
VALUE_SENTENCES = ["The {f} is {v}.", "{F}: {v}", "Its {f} is {v}.", "{v} is the {f}.", "{F} {v}", "The {f} was {v}.",
                   "{F} = {v}", "We use {v} as {f}.", "It has {v} as {f}.", "As {f} we noted {v}.", "{f}: {v}", "{f}={v}",
                   "The {f} will be {v}.", "I think the {f} is {v}.", "Please note the {f}: {v}.", "My {f} is {v}.",
                   "The {f} given is {v}.", "The {f} has been set to {v}.", "- {f}: {v}", "{F} - {v}", "Our {f} is {v}."]
NUMBER_SENTENCES = ["The {f} is {v}.", "{F}: {v}", "The {f} was {v} yesterday.", "{v} is the {f}.", "We counted {v} for the {f}.",
                    "The {f} is at {v}.", "The {f} reached {v}.", "{f}={v}", "A {f} of {v}.", "We measured a {f} of {v}.", "- {f}: {v}",
                    "The {f} rose to {v}.", "The {f} fell to {v}.", "with a {f} of {v}"]
COUNT_SENTENCES = ["There are {v} {f}.", "{v} {f} were found.", "It comes with {v} {f}.", "We have {v} {f}.", "{v} {f}", "{F}: {v}",
                   "They sent {v} {f}.", "It needs {v} {f}.", "I saw {v} {f} there.", "The box holds {v} {f}."]
LIST_SENTENCES = ["The {f} are {v}.", "{F}: {v}", "We have these {f}: {v}.", "Our {f} are {v}.", "{v} are the {f}.", "The list of {f}: {v}."]
TRUE_SENTENCES = ["There is a {f}.", "{F}: yes", "It has a {f}.", "The {f} is included.", "With {f}.", "{F}: true", "It comes with a {f}.", "Yes, a {f} is needed.", "You get a {f}."]
FALSE_SENTENCES = ["There is no {f}.", "{F}: no", "It has no {f}.", "The {f} is not included.", "Without {f}.", "{F}: false", "It comes without a {f}.", "No {f} is needed.", "You do not get a {f}."]
STATES = [("open", "closed"), ("on", "off"), ("active", "inactive"), ("full", "empty"), ("clean", "dirty"), ("ready", "not ready"),
          ("available", "not available"), ("allowed", "not allowed"), ("included", "not included"), ("enabled", "disabled"),
          ("safe", "unsafe"), ("done", "not done"), ("valid", "invalid"), ("required", "not required"), ("visible", "hidden"),
          ("negotiable", "not negotiable"), ("broken", "intact"), ("locked", "unlocked"), ("paid", "unpaid"), ("permitted", "forbidden"),
          ("possible", "impossible"), ("sold", "unsold"), ("signed", "unsigned"), ("welcome", "not welcome"), ("public", "not public")]
ASKS = [("wants", "want"), ("needs", "need"), ("likes", "like"), ("has", "have")]


def field_words(r):
    x = r.random()
    if x < 0.3:
        return [r.choice(NOUN)]
    if x < 0.6:
        return [r.choice(ADJ), r.choice(NOUN)]
    if x < 0.9:
        return [r.choice(NOUN), r.choice(NOUN)]
    return [r.choice(ADJ), r.choice(NOUN), r.choice(NOUN)]


def say(r, sentences, words, value):
    f = " ".join(words)
    return r.choice(sentences).replace("{f}", f).replace("{F}", cap(f)).replace("{v}", value)


def fact(r):
    """-> (sentence, field name words, Value or (BOOL, truth) or Literal choice)."""
    x = r.random()
    words = field_words(r)
    if r.random() < 0.12:
        return measure(r)
    if x < 0.30:
        value = phrase(r)
        return say(r, VALUE_SENTENCES, words, value.text), words, value
    if x < 0.50:
        word_, (prep, makers) = r.choice(PARTICIPLES), r.choice(list(PREPOSITIONS.items()))
        value = r.choice(makers)(r)
        thing_ = r.choice(NOUN)
        sentence = r.choice(["It was {w} {p} {v}.", "{W} {p} {v}.", "The {t} was {w} {p} {v}.", "{W} {p}: {v}", "The {t} is {w} {p} {v}.",
                             "The {t}, {w} {p} {v}, is here.", "This will be {w} {p} {v}.", "{w} {p} {v}"])
        sentence = sentence.replace("{w}", word_).replace("{W}", cap(word_)).replace("{p}", prep).replace("{v}", value.text).replace("{t}", thing_)
        return sentence, ([word_, prep] if r.random() < 0.8 else [thing_, word_, prep] if thing_ in sentence else [word_, prep]), value
    if x < 0.62:
        value = any_number(r) if r.random() < 0.7 else money(r)
        return say(r, NUMBER_SENTENCES, words, value.text), words, value
    if x < 0.72:
        value = r.choice([small, count, count])(r)
        f = words[:-1] + [words[-1] + "s"]
        name = r.choice([f, words + ["count"], words + ["total"], ["number", "of"] + f, f + ["count"], ["how", "many"] + f, words + ["number"]])
        return say(r, COUNT_SENTENCES, f, value.text), name, value
    if x < 0.80:
        value = list_of(r.choice([person, thing, city, food, word, skill, first, company, code, topic, action, hobby]))(r)
        f = words[:-1] + [words[-1] + "s"]
        return say(r, LIST_SENTENCES, f, value.text), f, value
    if x < 0.91:
        truth = r.random() < 0.5
        if r.random() < 0.5:
            yes, no = r.choice(STATES)
            sentence = f"{r.choice(['The ', 'The ', 'Our ', 'My '])}{' '.join(words)} {r.choice(['is', 'was', 'is'])} {yes if truth else no}."
            name = r.choice([words + [yes], ["is"] + words + [yes], words + ["is", yes]])
            if r.random() < 0.15 and " " not in no:
                name, truth = words + [no], not truth
            return sentence, name, (BOOL, truth)
        if r.random() < 0.2:
            verb, bare = r.choice(ASKS)
            sentence = f"I {bare} a {' '.join(words)}." if truth else f"I do not {bare} a {' '.join(words)}."
            return sentence, [verb] + words, (BOOL, truth)
        sentence = say(r, TRUE_SENTENCES if truth else FALSE_SENTENCES, words, "")
        return sentence, r.choice([words, ["has"] + words, ["with"] + words, words + ["included"]]), (BOOL, truth)
    options = []
    while len(options) < r.randint(2, 5):
        option = r.choice([lambda: r.choice(ADJ), lambda: r.choice(NOUN), lambda: made_word(r, 1, 2), lambda: r.choice(COLOURS)])()
        if option not in options:
            options.append(option)
    chosen = r.choice(options)
    return say(r, VALUE_SENTENCES, words, chosen), words, (Literal, chosen, options)

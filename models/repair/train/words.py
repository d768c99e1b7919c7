"""Words that names are made of."""

ENTITIES = """account actor agent album animal answer apartment article artist asset author badge band barrel basket bird block boat book booking
bottle branch bridge bucket_list building bus button cabin camera candidate car case cell chair channel chapter character chef city class_room client
coach coin column_header company component contract country course crate customer daemon delivery device document dog dragon driver drone edge employee
engine event exam expense farm file film flight flower folder forest fruit garden gate gift group guest harbor hotel house image invoice island job
journey key_card lamp lesson letter lesson_plan level library license light lock machine magazine map_tile market meal member menu message meter mission
monster mountain movie museum neighbor note offer office order packet page painting parcel park passenger patient payment pen person phone photo piece
pilot pipe plan planet plant player poem point policy port post potion prize process product profile project question quest race radio rank recipe
record region rental report request reservation resource river road rocket role room route row rule sample satellite scene score seat sensor server
service session shelf ship shop signal site skill slide slot song sport stamp station step stock stone story street student survey switch table_entry
task taxi team teacher temple tenant test ticket tile tool tower town toy track trade train tree trip truck tunnel unit user valley van vehicle vessel
village visit visitor voucher wagon wallet warehouse wheel window winner wizard worker zone""".split()

NUMBERS = """age amount area balance budget capacity cents charge cost count credits damage degree delay depth distance duration energy fee floor
goals grade health height hours index length level lives load mass max min minutes money offset pages penalty percent points position pressure price
priority quantity radius rank rate rating ratio salary score seats seconds shares size speed stars stock strength tax temperature total units value
views volume votes wage weight width year""".split()

STRINGS = """address author brand category city code color comment country description email genre group holder id key kind label language location
model name nickname note number owner phone prefix reason region role section status street subject suffix symbol tag team text title topic type
url username vendor word zone""".split()

FLAGS = """active available blocked broken closed done empty enabled expired finished frozen full hidden locked lost open paid pending public ready
rented sold urgent used valid verified visible""".split()

ADJECTIVES = """active big best cheap current clean dark daily early empty extra fast final first full good high initial inner large last late left long
lower main major max min missing new next old open outer past plain previous quick rare real recent regular right second short simple single small
sorted special spare strong third tiny top total upper used valid warm weak whole wide young""".split()

VERBS = """accept add adjust advance apply assign attach bind build calculate cancel change check choose collect combine compare compute connect
consume convert copy count create decode describe detect draw drop enter estimate expand extract fetch fill filter finish fix fold gather generate
get handle improve increase insert inspect join label lift list load locate lock make mark match measure merge move normalize open pack parse pay pick
place plan prepare print process put raise read receive record reduce remove rename repair replace report reset resolve restore return_all reverse
roll save scan select send set shift show shuffle simplify skip solve sort split start stop store sum swap take test toggle track transform trim
turn update use validate verify visit walk weigh wrap write""".split()

NOUNS = sorted(set(ENTITIES) | set(NUMBERS) | set(STRINGS) | set("""alphabet answer array bit bound bucket byte chain char chunk child clue command
condition counter cursor cycle data day difference digit direction element end entry factor field flag fraction frame frequency gap half head hint
input interval item iteration letter limit line link list lookup map marker mask memo middle minimum mode modifier month name neighbour node
number operation operator option output pair parent part pattern pile pivot place prefix product queue quotient range remainder repeat rest result
root row rule run seed segment sequence series set shape sign slice source stack start state step string sum suffix table tail target term text
threshold timer token top unit value vertex week word""".split()))


def camel(*words):
    first, *rest = [part for word in words for part in word.split("_")]
    return first + "".join(part.capitalize() for part in rest)


def new_name(r, taken, kind="value"):
    """A name that is not in `taken`."""
    while True:
        x = r.random()
        noun = r.choice(NOUNS)
        if kind == "function":
            verb = r.choice(VERBS)
            name = camel(verb) if x < 0.15 else camel(verb, noun) if x < 0.8 else camel(verb, r.choice(ADJECTIVES), noun)
        elif x < 0.45:
            name = camel(noun)
        elif x < 0.75:
            name = camel(r.choice(ADJECTIVES), noun)
        elif x < 0.93:
            name = camel(noun, r.choice(NOUNS))
        else:
            name = noun[0] if len(noun) < 6 else camel(noun)[:4]
        if kind == "type":
            name = name[:1].upper() + name[1:]
        if name not in taken and name not in RESERVED:
            return name


RESERVED = set("""abstract any as async await break case catch class const continue debugger default delete do else enum export extends false finally for
from function get if implements import in instanceof interface is let module new null number object of package private protected public return set
static string super switch symbol this throw true try type typeof undefined var void while with yield length push pop map filter reduce join split
slice sort keys values entries has add size forEach includes indexOf find some every concat reverse fill from max min floor round abs trim replace
test match exec charAt repeat constructor toString next value done then log name message""".split())

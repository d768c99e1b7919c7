"""Word lists from which names, things and field names are composed. Everything is invented."""


def w(text):
    return text.split()


def p(text):
    return [part.strip() for part in text.split(",") if part.strip()]


FIRST = w("""Ann Ben Carla David Emma Felix Grace Hugo Ida Jack Karin Leo Maya Nils Olga Paul Queenie Rita Sam
Tina Uma Victor Wendy Xenia Yusuf Zoe Amir Bella Chen Dana Elena Farah Goran Hana Igor Jana Kofi Lena Marek Nadia
Omar Petra Rosa Stefan Tomas Ursula Vera Wanda Yara Zane Alice Bob Clara Dmitri Eva Fatima George Helen Ivan Julia
Kenji Laura Miguel Noor Oscar Priya Quentin Ravi Sofia Theo Anna Boris Maria John Peter Sarah Michael Linda James
Mei Ola Tom Ines Jonas Marta Amina Leonie Samuel Helga Bruno Rosalind Kwame Akira Sven Lucia Pedro Aisha Ingrid""")
LAST = w("""Adams Baker Costa Dubois Evans Fischer Garcia Hansen Ibrahim Jones Kowalski Lopez Meyer Nguyen Olsen Park
Quinn Rossi Smith Tan Ueda Vargas Weber Xu Young Zhang Ahmed Brown Clark Davies Ekman Ferrari Gupta Hill Ito Jansen
Khan Larsen Moreau Novotny Okoye Patel Reed Santos Turner Urban Virtanen Walker Yilmaz Zimmer Ortega Becker Lind
Marsh Stone Fields Brooks Wood Frost Lane Carter Mason Hunter Bishop Ford Cole West Grant Hart Nash Pike Shaw""")
CITIES = p("""Paris, London, Berlin, Madrid, Rome, Vienna, Prague, Dublin, Lisbon, Warsaw, Helsinki, Geneva, Munich,
Hamburg, Porto, Seville, Naples, Ghent, Utrecht, Bergen, Malmo, Turku, Riga, Vilnius, Boston, Chicago, Denver, Austin,
Seattle, Toronto, Montreal, New York, San Diego, Los Angeles, Sydney, Perth, Tokyo, Osaka, Seoul, Lima, Quito, Accra,
Nairobi, Cairo, Dakar, Oxford, York, Leeds, Bath, Cork, Basel, Graz, Linz, Bonn, Kiel, Nice, Lille, Metz, Oslo, Athens""")
COUNTRIES = w("""France Germany Spain Italy Austria Poland Norway Sweden Finland Portugal Ireland Greece Turkey Japan
Korea India Brazil Peru Chile Mexico Canada Kenya Ghana Egypt Morocco Australia Denmark Belgium Iceland Croatia""")
STREETS = w("""Oak Maple Cedar Park River Lake Hill Church Station Market King Queen Mill Garden Elm Pine Bridge High
Victoria Castle Harbour School Meadow Forest Spring North South West East Rose Chestnut Willow Birch Orchard""")
STREET_KINDS = w("Street Road Lane Avenue Drive Square Way Court Close Place Boulevard Terrace Row")
COMPANY_WORDS = w("""North Blue Green Silver Golden Bright Rapid Prime Global Urban Alpine Coastal Summit River Stone
Falcon Harbour Orchid Pioneer Quantum Vertex Nova Delta Omega Apex Lumen Cedar Maple Iron Copper Crystal Royal Swift""")
COMPANY_KINDS = w("""Ltd Inc GmbH LLC Group Systems Solutions Foods Motors Bank Energy Labs Partners Studio Logistics
Textiles Pharma Media Software Consulting Travel Insurance Hotel Clinic Bakery Press Tools Services Trading""")
JOBS = p("""engineer, teacher, nurse, designer, accountant, lawyer, chef, pilot, data scientist, project manager,
software developer, sales assistant, electrician, plumber, journalist, translator, pharmacist, baker, carpenter,
photographer, librarian, mechanic, product manager, office manager, research assistant, marketing lead, waiter,
truck driver, dentist, biologist, consultant, editor, gardener, receptionist, security guard, web developer, analyst""")
ADJ = w("""red blue green black white silver small large big old new wooden metal plastic leather heavy light fast slow
soft hard warm cold dry wet clean dirty bright dark quiet loud cheap fine round flat long short wide narrow deep thin
thick sharp smooth rough simple modern classic digital electric portable mobile wireless organic fresh frozen sweet
spicy local foreign public private annual daily weekly monthly final first second main primary secondary extra spare
average total maximum minimum current previous next last initial internal external global regional national personal
active open closed special regular premium basic standard advanced outer inner upper lower left right front rear
official original common typical full empty free safe strong weak early late young basic rare solid raw open top""")
NOUN = w("""table chair lamp desk sofa bed shelf mirror clock carpet curtain pillow blanket towel bottle cup mug plate bowl
knife fork spoon pan pot kettle oven fridge toaster blender mixer vacuum broom bucket ladder hammer drill saw screw
nail brush paint rope chain wire cable battery charger adapter phone tablet laptop monitor keyboard mouse printer
scanner camera speaker microphone headset router modem server disk drive folder file page book magazine newspaper
notebook pen pencil eraser ruler stapler envelope stamp letter parcel box bag suitcase backpack wallet purse belt hat
coat jacket shirt dress skirt shoe boot sock glove scarf ring necklace watch bicycle car truck bus train boat ship
engine wheel tyre brake mirror window door wall roof floor ceiling garden fence gate bridge road path tunnel tower
station airport harbour hotel museum library school office factory farm field forest river lake island mountain valley
beach desert apple pear plum peach cherry banana orange lemon grape melon tomato potato onion carrot pepper bean pea
rice pasta bread cake cookie cheese butter milk cream yogurt egg honey sugar salt flour oil vinegar tea coffee juice
water wine beer soup salad sauce pizza burger fish chicken beef lamb dog cat horse rabbit parrot turtle goat sheep cow
team player coach game match score goal race season league club member group class course lesson exam grade student
teacher project task plan budget report meeting contract invoice order payment receipt ticket voucher coupon licence
account card loan policy claim offer price discount tax fee rent salary bonus profit loss cost value amount rate limit
level size weight height width length depth volume speed distance temperature pressure power energy voltage current
signal channel frequency code key token version build release branch update backup error warning request response
session user profile role permission address region zone area district street unit room building storey
event concert festival workshop seminar conference exhibition tour trip flight visit stay holiday deadline start end
colour shape material pattern style type kind brand model series number name title label note comment message subject
topic category status state stage step phase result outcome reason cause effect risk issue problem fault defect
damage repair service support help advice opinion review rating rank position place seat row gate platform terminal
supplier customer client partner manager owner author editor driver guide doctor patient nurse tenant buyer seller
sample test probe sensor valve pump filter motor fan heater cooler tank pipe hose nozzle switch button handle lock
hinge spring gear shaft bearing seal gasket bolt plate panel board frame cover case lid tray rack stand mount""")
VERB_PAST = w("""broke stopped failed crashed leaked cracked froze vanished melted arrived shrank burned rattled jammed
faded tore overheated flickered stalled disconnected restarted closed""")
VERB_ING = p("""updating, repairing, checking, moving, cleaning, ordering, sending, printing, reviewing, testing,
installing, replacing, measuring, cancelling, booking, planning, painting, collecting, preparing, signing, counting""")
VERB = p("""update, repair, check, move, clean, order, send, print, review, test, install, replace, measure, cancel,
book, plan, paint, collect, prepare, sign, count, call, close, open, approve, publish, finish, organise, upload, file""")
ADV = w("again today yesterday twice completely suddenly overnight slowly early often badly this week immediately".replace("this week", "lately"))
WEEKDAYS = w("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = w("January February March April May June July August September October November December")
MONTHS_SHORT = w("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
NUMBER_WORDS = w("one two three four five six seven eight nine ten eleven twelve")
LANGUAGES = w("""English French German Spanish Italian Polish Dutch Swedish Turkish Arabic Hindi Japanese Korean Chinese
Russian Greek Portuguese Danish Finnish Swahili""")
SKILLS = p("""Python, Java, SQL, Excel, Rust, cooking, public speaking, project planning, Photoshop, accounting, first aid,
welding, carpentry, Linux, Docker, machine learning, statistics, bookkeeping, customer care, copywriting, driving,
C++, Go, TypeScript, graphic design, negotiation, data analysis, knitting, video editing, good English, fluent German""")
HOBBIES = p("""hiking, chess, painting, swimming, cycling, reading, gardening, photography, running, yoga, baking, sailing,
dancing, climbing, fishing, skiing, singing, pottery, astronomy, travelling, bird watching, playing the piano""")
ANIMALS = w("dog cat parrot rabbit hamster horse tortoise goat ferret canary puppy kitten pony lizard")
COLOURS = w("red blue green black white yellow brown grey orange purple pink silver golden beige turquoise")
FOODS = p("""bread, cheese, apples, pears, tomatoes, rice, pasta, eggs, milk, butter, honey, coffee, tea, olive oil, sugar,
flour, carrots, onions, potatoes, salmon, chicken, ham, mushrooms, spinach, garlic, salt, yoghurt, lemons, grapes""")
MEDICINES_END = w("ol in ex ium ane ide ax il on pril")
CURRENCY_CODES = w("EUR USD GBP CHF JPY SEK NOK DKK PLN CAD AUD INR")
CURRENCY_WORDS = w("euros dollars pounds francs crowns pesos yen rupees")
DOMAINS_TLD = w("example com net org io co.uk de fr eu")
SYLLABLES = w("""ba be bi bo bu ca ce co cu da de di do du fa fe fi fo ga ge go gu ha he hi ho ja je jo ka ke ki ko la le
li lo lu ma me mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi
ya yo za ze zo bra cre dro fla gri kla pro sta tri vel mar len dan ser ton ric bel cor fen gal hol jen kar lin mon nor
pel ran sel tar ven wil zan ber dor fin gar""")
ENDINGS = w("n s r l t k m a o e i y x th sen son ski ov ez ini ier er el an us is ka ra na ley ton ford berg man")
FILLER = [
    "Have a nice day.", "Thank you very much.", "Let me know if you have questions.", "See you soon.",
    "I hope you are well.", "Please let me know.", "Thanks for your patience.", "Looking forward to it.",
    "Sorry for the late reply.", "We will be in touch.", "All the best.", "Everything else stays the same.",
    "Please do not reply to this message.", "This is an automatic message.", "Please keep this for your records.",
    "The weather was lovely last week.", "As discussed on the phone.", "More details will follow.", "Please confirm.",
    "I have attached the usual form.", "Nothing else has changed.", "Feel free to call any time.",
    "It was good to talk to you.", "The rest can wait.", "Thanks!", "Cheers!", "That is all for now.",
    "We are happy to help.", "You will find more on our website.", "Read this carefully.",
]
GREETINGS = ["Hi {n},", "Hello {n},", "Dear {n},", "Hi all,", "Hello,", "Dear team,", "Good morning,", "Hi there,",
             "Dear Sir or Madam,", "Hey {n},", "Good morning {n},", "Dear colleagues,"]
CLOSINGS = ["Best regards,", "Kind regards,", "Best,", "Thanks,", "Yours sincerely,", "Cheers,", "Regards,",
            "With best wishes,", "Many thanks,", "Thank you,", "Warm regards,", "Yours,"]

"""More words for the lists of words.py."""

import words
from words import p, w

MORE = {
    "FIRST": w("""Abel Ada Agnes Alan Albert Alex Alma Andrea Andrew Angela Anita Anton Arthur Astrid Barbara Beatrice Benjamin Bernard Bianca Brian
Bridget Caleb Camille Carlos Caroline Cecil Celia Charles Chloe Chris Cindy Claire Claude Colin Connor Cora Daisy Daniel Daphne Deborah Dennis Derek
Diana Dominic Doris Dylan Edgar Edith Edward Eileen Eli Ella Ellen Elsa Emil Emily Enzo Eric Erica Esther Ethan Eugene Evelyn Fabian Faith Fiona
Florence Frank Franz Frederick Gabriel Gavin Gemma Gerald Gina Gloria Gordon Greta Gustav Hannah Harold Harry Heidi Heinrich Henry Hilda Holly Howard
Hussein Ian Imran Irene Iris Isaac Isabel Ismael Ivy Jacob Jake Jasmine Jason Jean Jenny Jeremy Jesse Jessica Jill Joan Joel Johan Jordan Josef Joyce
Juan Judith Justin Kate Keith Kevin Kim Klaus Kurt Lars Lea Leila Leon Levi Liam Lily Lisa Logan Lorenz Louis Lucas Lucy Luke Lydia Mabel Malik Manuel
Marco Margaret Marie Marion Mark Martin Matthew Maud Max Megan Mehmet Melanie Mia Mina Mira Mohamed Molly Monica Morgan Naomi Natalie Nathan Neil Nick
Nicole Nina Noah Nora Oliver Olivia Otto Owen Pamela Patrick Paula Philip Phoebe Rachel Ralph Raymond Rebecca Richard Robert Robin Roger Roland Ron
Rose Roy Ruben Ruth Ryan Sabine Sally Sandra Scott Sean Sebastian Selma Sharon Shirley Sidney Simon Sonia Stella Stephen Steve Stuart Susan Sylvia
Tamara Tanya Teresa Thomas Tim Toby Tony Tracy Ulrich Valerie Vanessa Veronica Vincent Viola Violet Vivian Walter Wei Wendell Wilfred William Yasmin
Yuki Yvonne Zara"""),
    "LAST": w("""Abbott Allen Anderson Andrews Armstrong Arnold Atkins Austin Bailey Ball Banks Barnes Barrett Bates Bell Bennett Berry Black Blake Bloom
Bond Bowen Boyd Bradley Brandt Brennan Briggs Browning Bryant Burke Burns Burton Bush Butler Byrne Campbell Carlson Carr Carroll Chambers Chapman
Christensen Cohen Collins Conrad Cook Cooper Craig Crawford Cross Cruz Curtis Dalton Daniels Dean Delgado Diaz Dixon Doyle Drake Duncan Dunn Eaton
Eckert Edwards Elliott Ellis Engel Erikson Farrell Ferguson Fernandez Fleming Fletcher Flynn Fontaine Forbes Foster Fowler Fox Franke Fuchs Gallagher
Gardner Gibson Gilbert Glover Goldberg Gomez Goodwin Graham Graves Greene Griffin Gross Haas Hamilton Hammond Harper Harris Harrison Hayes Heller
Henderson Hermann Herrera Hoffman Holland Holmes Hopkins Horvath Howell Huber Hudson Hughes Hunt Hutchins Ivanov Jackson Jacobs Jenkins Jensen
Johansson Johnson Jordan Kaiser Kaplan Kaufman Keller Kelly Kennedy Kim King Klein Knight Koch Kovacs Kramer Kruger Lambert Lang Larson Lawson Lee
Lehmann Leonard Lewis Lindgren Logan Long Lowe Lucas Lynch Madsen Maier Malone Mann Martin Martinez Mayer McCarthy McKenna Meier Mendez Mercer Miller
Mills Mitchell Moore Morales Moreno Morgan Morris Morrison Muller Murphy Murray Myers Nakamura Nelson Newman Newton Nichols Nilsson Noble Norris Obrien
Osborne Owens Page Palmer Parker Parsons Patterson Payne Pearson Peters Peterson Phillips Pierce Porter Potter Powell Price Quigley Ramirez Ramsey
Randall Reyes Reynolds Rhodes Rice Richards Richter Riley Rivera Roberts Robinson Rodriguez Rogers Romero Ross Roth Rowe Russell Ryan Salazar Sanchez
Sanders Sato Sauer Schmidt Schneider Schroeder Schwarz Scott Sharma Shea Shelton Sherman Silva Simmons Simon Simpson Singh Snyder Sommer Spencer
Stevens Stewart Strauss Suarez Sullivan Suzuki Swanson Tanaka Taylor Thomas Thompson Torres Tucker Underwood Vance Vaughn Vogel Wagner Wallace Walsh
Ward Warner Warren Watkins Watson Watts Webb Weiss Wells Wheeler White Williams Wilson Winter Wolf Wong Woods Wright Yates Ziegler"""),
    "CITIES": p("""Aachen, Aarhus, Adelaide, Amsterdam, Ankara, Antwerp, Atlanta, Auckland, Baltimore, Bangkok, Barcelona, Beirut, Belfast, Belgrade, Bern,
Bilbao, Birmingham, Bogota, Bordeaux, Bratislava, Bremen, Brighton, Brisbane, Bristol, Brno, Bruges, Brussels, Bucharest, Budapest, Buenos Aires,
Calgary, Cambridge, Cape Town, Cardiff, Casablanca, Cologne, Copenhagen, Dallas, Delhi, Detroit, Dortmund, Dresden, Dubai, Durban, Edinburgh, Florence,
Frankfurt, Galway, Gdansk, Genoa, Glasgow, Gothenburg, Granada, Grenoble, Hanoi, Hanover, Havana, Houston, Innsbruck, Istanbul, Jakarta, Kansas City,
Krakow, Kyiv, Kyoto, Lagos, Lausanne, Leipzig, Lincoln, Liverpool, Ljubljana, Lucerne, Lyon, Malaga, Manchester, Manila, Marseille, Melbourne,
Memphis, Miami, Milan, Montevideo, Mumbai, Nantes, Nashville, New Delhi, Newcastle, Nottingham, Odense, Orlando, Ottawa, Palermo, Philadelphia,
Phoenix, Plymouth, Portland, Poznan, Reykjavik, Rotterdam, Salzburg, San Francisco, San Jose, Santiago, Sheffield, Singapore, Sofia, Stockholm,
Strasbourg, Stuttgart, Tallinn, Tampa, Tampere, The Hague, Toulouse, Trieste, Trondheim, Tunis, Turin, Uppsala, Valencia, Vancouver, Venice, Verona,
Washington, Wellington, Winnipeg, Zagreb, Zurich"""),
    "COUNTRIES": p("""Argentina, Bulgaria, China, Colombia, Cuba, Cyprus, Ecuador, Estonia, Ethiopia, Hungary, Indonesia, Israel, Jamaica, Jordan, Latvia,
Lebanon, Lithuania, Luxembourg, Malaysia, Malta, Nepal, Netherlands, New Zealand, Nigeria, Pakistan, Philippines, Romania, Senegal, Serbia, Slovakia,
Slovenia, South Africa, Switzerland, Taiwan, Thailand, Tunisia, Ukraine, United Kingdom, United States, Uruguay, Vietnam"""),
    "STREETS": w("""Abbey Acorn Albert Ash Baker Beech Bell Brook Canal Cathedral Charles Cherry Cliff College Cross Crown Dale Dock Duke Eagle Fairview
Fountain Fox George Grange Grove Hazel Highland Holly Ivy Jubilee Lincoln Lodge London Long Magnolia Manor Mulberry New Nelson Old Orange Palm Poplar
Prospect Quarry Railway Regent Ridge Saint Sand Silver Summer Sunset Sycamore Temple Tower Union Valley Vine Walnut Water Wellington Windsor Wood York"""),
    "COMPANY_WORDS": w("""Anchor Arrow Aspen Atlas Aurora Beacon Birch Blue Bridge Canyon Capital Castle Central Civic Clear Compass Coral Core
Cosmo Diamond Dragon Eagle East Echo Elm Ember Evergreen Fair First Forge Fox Fresh Frontier Garden Gate Granite Grand Hawk Hill Horizon Ivory
Jade Key Lake Lark Liberty Lion Loom Luna Marble Meadow Metro Mill Modern Moon Mosaic Mountain National Neo New Noble Northern Oak Ocean Old Onyx Open
Otter Pacific Palm Panda Peak Pearl Phoenix Pine Planet Polar Prairie Prism Raven Red Ridge Robin Rock Rose Ruby Sage Sail Sapphire Smart Solar
South Spark Spring Star Sterling Storm Sun Terra Tiger Titan Tower True Union United Valley Velvet Victory Vista Water West White Wild Willow Wind Wolf Zen Zenith"""),
    "COMPANY_KINDS": p("""AG, Airlines, Analytics, Architects, Associates, BV, Books, Brewery, Builders, Capital, Catering, Ceramics, Chemicals, Co, Co., Coffee,
Construction, Corp, Corp., Dairy, Dental, Design, Digital, Electric, Electronics, Engineering, Estates, Farms, Fashion, Films, Finance, Fitness,
Furniture, Games, Gardens, Glass, Holding, Imports, Industries, Institute, Instruments, Interiors, Law, Ltd., Machines, Market, Materials, Mobility,
Music, Networks, Optics, Outdoors, PLC, Packaging, Parts, Pets, Photo, Plastics, Power, Print, Productions, Properties, Rentals, Research, Robotics, SA,
SE, Security, Shop, Solar, Sports, Stores, Supplies, Supply, Taxi, Tech, Technologies, Telecom, Toys, Transport, University, Water, Wines"""),
    "JOBS": p("""actor, actuary, architect, art director, astronomer, auditor, bank clerk, barber, bartender, bookkeeper, bus driver, butcher, buyer,
care worker, cashier, chemist, civil engineer, cleaner, coach, company director, copywriter, court clerk, customer service agent, dancer, data analyst,
database administrator, dietitian, economist, electrical engineer, event planner, farmer, film director, financial analyst, fire fighter, fisherman,
flight attendant, florist, forester, geologist, goldsmith, hairdresser, head of sales, head nurse, historian, hotel manager, illustrator, interpreter,
IT consultant, janitor, judge, kindergarten teacher, lab technician, land surveyor, lecturer, legal assistant, lifeguard, locksmith, logistics manager,
machine operator, maths teacher, midwife, musician, network engineer, novelist, optician, painter, paramedic, personal trainer, physicist,
physiotherapist, police officer, postman, private tutor, professor, psychologist, public relations officer, quality manager, real estate agent, roofer,
sailor, sales manager, school principal, secretary, shop owner, singer, social worker, soldier, sound engineer, statistician, surgeon, system
administrator, tailor, tax adviser, taxi driver, team leader, test engineer, tour guide, town planner, train driver, travel agent, UX designer,
veterinarian, waitress, warehouse worker, watchmaker, welder, writer, zoologist"""),
    "ADJ": w("""able absent acid actual adult aged alive alone amber ancient angry aquatic arctic artificial assorted automatic available bare bent big
bitter blank blind blunt bold brave brief broad broken brown busy calm careful casual central certain charming chemical chief circular civil clever
coarse coastal comfortable compact complete complex cool corner correct costly creamy crisp cruel curved cute daily damp deaf dear delicate dense
direct distant double dual dull eager eastern easy elastic elegant endless equal even exact exotic expert exposed extreme faint fair false familiar
famous fancy fatal favourite female fertile festive few final firm flexible floral foldable folding formal former fragile frequent friendly front future
gentle giant glad golden good gradual grand grave great greasy green grey half handy happy hidden high hollow honest hot huge human humble hungry ideal
idle important inflatable industrial infant inland jolly joint juicy junior keen kind known lame late lazy lean legal level limited liquid little lively
live lonely loose lost lovely low lucky magnetic male marine massive matching mature medical mental metallic mild military minor missing mixed moist
moral muddy musical narrow native natural neat nervous neutral nice noble noisy northern numb nuclear oak obvious odd oily optional oral orange
oval painted pale paper partial past patient perfect permanent pink plain plump polite polished poor popular positive possible pretty printed private
proper proud pure purple quick quiet random rainy ready recent recycled reduced refillable related remote reserved reusable rich rigid ripe robust rotten
royal rude rural rusty sad salty scarce secret senior separate serious severe shallow shiny shy silent silk silly similar single sleepy slim slight
slippery smart snowy social solar sole sour southern spiral square stable stale static steady steel steep sticky stiff strange strict striped sudden
sunny super sure surplus tall tame tasty tender thermal thin tidy tight tiny tired top total tough toxic traditional tropical true typical ugly unique
universal unknown upright upset urban useful usual vague valid varied vast vertical violent virtual vital waterproof weekly western whole wicked
wild wise wonderful woollen wrong yellow yearly"""),
    "NOUN": w("""accent accident acid acre act action actor advantage adventure affair afternoon agency agenda agent agreement aim alarm album alley
alphabet ambulance anchor angle ankle answer ant antenna apartment appeal appetite application apron arch archive area argument arm armchair army
arrow article ash aspect asset athlete atlas atom attempt attic auction audience aunt avenue award axe axis baby bacon badge bag bakery balance balcony
ball balloon band bandage bank banner bar barn barrel base basement basin basket bat bath bathroom bay beam beard beat bed bee beef beetle bell bench
berry bet bird birth biscuit bit blade blanket blast block blood blouse board body bomb bone bonnet boot border boss bottom boundary bow box boy bracelet
branch brass bread break breakfast breath brick bride broccoli bronze brother brush bubble bucket bud bug builder bulb bull bundle bunker burden bush
business button buyer cabbage cabin cabinet cactus cage calculator calendar calf camel camp campaign canal candle candy canoe canvas cap capital captain
caravan carbon card cargo carpet carriage cart cartoon castle catalogue cave ceiling celebration cell cellar cement centre century cereal certificate chair
chalk challenge champion chance chapter character charity chart cheque chest chicken chief chimney chin chip chocolate choice choir church cigarette
cinema circle circuit citizen clause clay clerk client cliff climate clinic cloth clothes cloud clue coal coast coconut coin collar colleague college colony
column comb comfort command comment committee companion compass competition computer concept concern conclusion concrete condition conductor cone
congress connection content contest continent contrast control cook cooker copper copy corn corner corridor cottage cotton couch council counter country
county couple courage court cousin crab cradle craft crane crate crayon creature credit crew crime crisis critic crop cross crowd crown crystal cube
cucumber culture cupboard cure curry curve cushion custom cycle cylinder dairy dam damage dance danger data date daughter dawn day deal death debate debt
decade decision deck deer defence degree delay delivery demand dentist department depot design desire dessert detail detective device diagram dial diamond
diary dictionary diet difference dinner direction dirt discovery discussion disease dish distribution ditch division dock doll dollar dolphin donkey door
dose doubt dough dragon drama drawer drawing dream dress drink drum duck dust duty eagle ear earth east echo edge education eel effort elbow election
elephant elevator emergency emotion employee empire enemy energy entrance entry envelope episode era errand escape essay estate evening evidence
example exchange excuse exercise existence exit expense experiment explosion expression eye eyebrow fabric face facility fact factor failure fairy faith
family fashion father faucet favour feather feature feeling ferry fever fiction fig figure film finger fire fireplace firm flag flame flask flavour fleet
flesh flood flower flute foam fog foil folk food foot football force forecast fork form fort fortune fossil foundation fountain fox fragment frame freedom
freezer frog fruit fuel fund fur furniture future gallery gap garage garbage garlic garment gas gift giraffe girl glass globe glue goal gold golf goose
government grain grammar grandfather grandmother grant graph grass gravel gravity grease grill grip ground growth guard guess guest guitar gulf gum gun
guy gym habit hair hairdryer half hall halo ham hand handbag handful handshake hardware harvest hay hazard head headline health heap heart heat heel
helicopter helmet hen herb herd hero highway hill hint hip history hobby hole holiday home hood hook hope horn horror hospital host hour house household
human humour hunter hut ice icon idea image impact income increase index industry infection ink inn input insect inside inspection instance institution
instruction instrument insurance interest interview introduction invention inventory investment invitation iron item jail jam jar jaw jazz jelly jet jewel
job joint joke journal journey joy judge jug jump jungle jury justice kid kidney king kiss kit kitchen kite kitten knee knot knowledge label laboratory lace
lack lady land landscape lane language lantern lap laser laugh laundry lawn lawyer layer lead leader leaf leather lecture leg legend lens lesson lettuce
liberty lid life lift light lightning line link lion lip liquid list literature liver load loaf lobby lobster location log lounge love luck luggage lunch
lung machine magic magnet maid mail majority make makeup man manner manual map marble march margin market marriage mask mass master mat match mate
material matter mattress meal meaning measure meat mechanic medal media medicine melody memory menu merchant mess message metal meter method microscope
middle midnight mine mineral minister minority mint minute miracle mission mistake mixture mobile mode moment money monkey monster month mood moon morning
mortgage mosque mother motion mouth movie mud muscle museum mushroom music mustard mystery myth napkin nation nature neck need needle neighbour nephew nest
net network news night noise noodle north nose note notice novel nut oak object ocean octopus office offer officer olive onion opening opera operation
opportunity option orchestra ore organ origin outfit outlet outline output oven owl oxygen pack package paddle pain pair palace palm panda panic pants
parade paragraph parcel parent park parliament parrot part particle partner party passage passenger passport paste pasture path pause pavement paw peace
peak peanut pearl pebble pedal penalty penguin people percentage performance period permit person petal petrol phase photo phrase physics piano picnic
picture pie piece pig pigeon pile pill pilot pin pine pint pioneer pit pitch planet plant plaster plastic platform play pleasure plot plough plug pocket
poem poet poison pole police policy politics poll pond pony pool population porch pork port portion portrait post poster pound powder practice prayer
preparation presence present president press prince princess principle priority prison privacy prize problem procedure process product profession professor
programme progress promise property proposal prospect protection protest pub pudding pulse pump pumpkin punch puppet purchase puzzle pyramid quality
quantity quarter queen question queue quilt radio radish raft rail rain rainbow raincoat ramp range rat ratio razor reaction reader reality rear receiver
recipe record recording recovery reference reflection region relation relief religion reminder remote replacement reply republic reputation research
resident resort resource respect restaurant revenue revolution reward rhythm rib ribbon rice riddle ride rifle ring river robot rocket rod rose routine rub
rubber rubbish rug rule runner rush safety sailor salmon salon sand sandal sandwich satellite scale scandal scene schedule scheme scholar science scissors
score scratch scream script sculpture seafood search seat second secret secretary section sector security seed selection sentence sequence series session
settlement shade shadow shape share shark sheet shell shelter shield shift shop shore shoulder shovel shower shrimp siege sight sign signature silence silk
singer sink sister site situation skate skeleton sketch ski skill skin skull sky sleeve slice slide slip slope snack snake snow soap soccer society
soil soldier son song sound source south space spare spark spell spice spider spinach spirit sport spot spray square squirrel stable stadium staff stain
stair stake standard star statement statue steak steam steel stem stick stock stomach stone stool storm story stove strategy straw strawberry stream
strength stress strike string strip structure studio study subject substance suburb subway success suit summit sun sunset surface surgery surprise survey
suspect swan sweater swing symbol system tail talent tale talk tap tape target task taste taxi team tear teapot technique technology telescope television
tent term territory text theatre theme theory thing thought thread threat throat throne thumb thunder tie tiger tile timber tin tip tissue title
tobacco toe toilet tomb tone tongue tool tooth toothbrush topic torch touch tourist town toy track tractor trade tradition traffic trail trailer trainer
tram transfer transport trap treasure treatment tree trend trial tribe trick trolley trouble trousers trumpet trunk trust truth tube tune turkey twig twin
umbrella uncle uniform union universe university user vacation vaccine van variety vase vegetable vehicle veil vein version vessel vest veteran victim
victory video view village violin virus vision vitamin voice volcano volume vote voyage wage wagon waist waiter walk war wardrobe warehouse warning wash
wasp waste wave wax way wealth weapon weather wedding weed week weekend west whale wheat whip whistle widow wife wind windmill wing winner winter wire
wisdom wish witch witness wolf woman wonder wool word worker workshop world worm wound wreck wrist writer yacht yard yarn year youth zebra zipper zoo"""),
    "VERB_PAST": w("""arrived bent blew blinked bounced buzzed collapsed cooled disappeared dripped dropped ended exploded fell flew flooded froze grew hung
jumped leaned lost moved opened paused peeled popped reset rusted shook shut sank slipped slowed snapped spilled split spun started stuck swelled tilted
turned vibrated woke"""),
    "VERB": w("""add adjust analyse announce archive arrange assemble attach bake borrow bring build buy calculate change choose clear collect compare
complete confirm connect copy correct cover cut decorate deliver describe design discuss draw dry edit empty examine exchange explain export fetch fill film
fix fold forward hang hide hire import improve increase inspect invite join keep label lift list load lock mark mend mix mount name note offer organise
pack paste pay photograph pick polish post present produce promote protect pull push raise read reduce release remove rename rent repeat reserve restore
return rewrite scan search sell share shift show sketch solve sort split start stop store study submit sweep switch take tear tidy train translate
trim update use wash water weigh wrap write"""),
    "VERB_ING": w("""adding adjusting arranging assembling baking borrowing building buying changing choosing comparing completing correcting covering cutting
decorating delivering designing drawing drying editing emptying examining explaining feeding filling fixing folding hanging hiding hiring improving
inspecting keeping labelling lifting loading locking mending mixing mounting naming offering packing paying picking polishing presenting producing pulling
pushing reading reducing removing renaming renting repeating scanning selling sharing showing sketching solving sorting splitting storing sweeping taking
translating trimming using washing watering weighing wrapping writing"""),
    "SKILLS": p("""Kubernetes, PHP, Ruby, Kotlin, Swift, Scala, Bash, Git, Terraform, AWS, Azure, JavaScript, React, HTML, CSS, PostgreSQL, MongoDB, Figma,
AutoCAD, SAP, Word, PowerPoint, team leadership, time management, conflict resolution, teaching, nursing, plumbing, tiling, forklift driving, sewing,
barista skills, book design, proofreading, fundraising, market research, search engine optimisation, quality control, risk analysis, technical writing,
network security, 3D printing, mixing cocktails, sign language, first response, bricklaying, tax law, contract law, budgeting, storytelling"""),
    "HOBBIES": p("""archery, badminton, basketball, board games, bowling, calligraphy, camping, card games, crosswords, darts, drawing, fencing, football,
genealogy, golf, horse riding, ice skating, jogging, judo, juggling, karate, kayaking, knitting, magic tricks, model trains, music, origami, paragliding,
playing the guitar, playing the drums, poetry, rowing, sewing, skateboarding, snorkelling, squash, stamp collecting, surfing, table tennis, theatre,
video games, volleyball, walking, weaving, wood carving, writing, tennis, cooking, movies, history"""),
    "ANIMALS": w("""alpaca budgie canary carp chicken chinchilla cockatoo cow donkey duck ferret frog gecko goldfish goose llama mouse ox pig pigeon rat rooster
sheep snake spider terrier poodle dachshund turkey zebra"""),
    "COLOURS": w("amber bronze burgundy charcoal cream crimson cyan emerald ivory khaki lavender lilac lime magenta maroon mint navy ochre olive peach plum ruby rust salmon sand scarlet teal violet"),
    "FOODS": p("""almonds, apricots, asparagus, avocados, bacon, bananas, barley, basil, beans, beef, beer, beetroot, biscuits, black tea, blueberries, broccoli,
brown sugar, cabbage, cashews, cauliflower, celery, cherries, chickpeas, chillies, chocolate, cinnamon, cod, corn, couscous, cream, cucumbers, curry
powder, dates, duck, figs, ginger, goat cheese, green beans, ham, hazelnuts, jam, kiwis, lamb, leeks, lentils, lettuce, lime juice, mangoes, maple syrup,
melons, mint, mustard, noodles, nuts, oats, olives, orange juice, oranges, oregano, parsley, peaches, peanuts, peas, pepper, pineapple, plums, pork,
prawns, pumpkin, radishes, raisins, raspberries, red wine, sausages, sesame, shrimps, sour cream, soy sauce, strawberries, sunflower oil, tofu, tuna,
turkey, vanilla, vinegar, walnuts, water, white wine, wine, yeast, zucchini"""),
    "LANGUAGES": w("""Bengali Bulgarian Catalan Croatian Czech Estonian Hebrew Hungarian Icelandic Irish Latin Latvian Norwegian Persian Romanian Serbian
Slovak Thai Ukrainian Urdu Vietnamese Welsh"""),
    "FILLER": [
        "I hope this finds you well.", "Thank you for your time.", "Talk soon.", "Have a good weekend.", "Sorry for the trouble.", "Thanks in advance.",
        "Please get in touch if anything is unclear.", "I am writing to you from my phone.", "It has been a busy week.", "We wish you a pleasant evening.",
        "Thank you for choosing us.", "Please excuse the short notice.", "Just a quick note.", "Here is what we know so far.", "Sent from my phone",
        "As always, we are there for you.", "For questions, just answer this mail.", "I will keep you posted.", "Good news first.", "Long time no see!",
        "It was a pleasure.", "You know how it is.", "I nearly forgot.", "That is the short version.", "The details are below.", "We are looking into it.",
        "Greetings to the family.", "This mail was written by a machine.", "Please read the notes below.", "Everyone says hello.", "Take care.",
        "I would be glad to hear from you.", "There is not much more to say.", "Thank you for your understanding.", "Hope to see you again.",
        "The coffee is on me.", "No reply needed from this address.", "Your feedback helps us.", "Please print only if you must.", "So much for today.",
    ],
    "GREETINGS": ["Dear {n}!", "Hi {n}!", "Hello {n}.", "Dear Ms {n},", "Good afternoon {n},", "Good evening,", "Hello everyone,", "Hi team,", "Hey all,",
                  "To whom it may concern,", "Dear friends,", "{n},", "Dear customer,", "Hi", "Morning {n},", "Dear all,", "Dear neighbours,"],
    "CLOSINGS": ["Sincerely,", "Best wishes,", "Take care,", "Talk soon,", "See you,", "All the best,", "Yours truly,", "Love,", "Greetings,", "Thanks a lot,",
                 "Respectfully,", "Cheers", "Best", "Thanks!", "With kind regards,", "Thanks and regards,", "--", "Yours faithfully,", "Hugs,", "Bye,"],
}
for name, more in MORE.items():
    known = getattr(words, name)
    known.extend(dict.fromkeys(x for x in more if x not in known))

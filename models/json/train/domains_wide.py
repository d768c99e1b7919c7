"""Still more kinds of text, with more facts to a sentence; see domains.py."""

from domains import *

domain("school", {
    "kid": (person, "pupil student child name learner"), "cls": (lambda r: Value(f"{r.randint(1, 12)}{r.choice('abcd')}"), "class form group_name class_name"),
    "tea": (person, "teacher tutor class_teacher instructor"), "sub": (choice_of(p("maths, history, biology, physics, chemistry, music, art, geography, French, English, sports")), "subject course lesson discipline"),
    "grade": (lambda r: Value(r.choice(["A", "B", "C", "B+", "A-", "D"])), "grade mark result"), "days": (small, "days_absent absences missed_days"), "par": (person, "parent mother father guardian"),
    "due": (date, "due hand_in_date deadline exam_date test_date"), "ill": (BOOL, "ill sick is_ill absent"), "trip": (city, "destination trip_to excursion")},
   ["{kid} from class {cls} got a {grade} in {sub}.", "{kid} ({cls}) has {sub} with {tea}.", "Report for {kid}, class {cls}: {sub} {grade}", "In {sub} {kid} was given a {grade} by {tea}.", "The {sub} test of class {cls} is on {due}, says {tea}."],
   ["{par} asks for a talk.", "Signed by the parent, {par}.", "Please call {par}, the guardian.", "Parent: {par}"],
   ["{days} days of absence.", "Was absent on {days} days.", "Missed {days} days."],
   ["Our child is ill today. [ill=true]", "Back at school and healthy. [ill=false]", "Stays in bed with a fever. [ill=true]"],
   ["The class trip goes to {trip}.", "We visit {trip} with all pupils.", "Excursion: {trip}"])

domain("missed", {
    "who": (person, "recipient addressee customer name"), "drv": (first, "driver courier_name delivered_by"), "nb": (lambda r: Value(f"{r.choice(['Mr', 'Mrs', 'Ms'])} {last_name(r)}"), "neighbour left_with handed_to"),
    "shop": (company, "pickup_point collection_point branch shop"), "day": (date, "date day attempt_date"), "time": (time, "time attempted_at hour"), "kg": (decimal, "weight weight_kg kg"),
    "no": (code, "parcel shipment consignment parcel_id"), "till": (date, "keep_until collect_before stored_until"), "frag": (BOOL, "fragile is_fragile handle_with_care")},
   ["We tried to deliver parcel {no} on {day} at {time}.", "Sorry we missed you! {day}, {time}, parcel {no}.", "Our driver {drv} rang at {time} but nobody was at home.", "Shipment {no} for {who} could not be delivered on {day}."],
   ["You can collect it at {shop} until {till}.", "It is now at {shop} and will be kept until {till}.", "Pick-up point: {shop}", "We left it with your neighbour {nb}.", "{nb} took it for you.", "Handed to {nb}, who lives next door."],
   ["Weight: {kg} kg", "It weighs {kg} kg.", "The box has {kg} kg."], ["Handle with care, glass inside! [frag=true]", "Nothing in it can break. [frag=false]", "Fragile. [frag=true]", "Not fragile. [frag=false]"])

domain("rental", {
    "who": (person, "driver renter customer name main_driver"), "car": (brand_thing, "car vehicle model car_model"), "from": (date, "pickup_date from start_date rental_start"), "to": (date, "return_date to end_date rental_end"),
    "at": (city, "pickup_city pickup_location station branch"), "back": (city, "return_city drop_off return_location"), "day": (money, "daily_rate price_per_day rate price"), "ins": (BOOL, "insurance insured fully_insured"),
    "km": (large, "km_limit free_kilometres included_km mileage_limit"), "lic": (code, "licence driving_licence license_number"), "seat": (BOOL, "child_seat needs_child_seat")},
   ["{who} rents a {car} from {from} to {to}.", "Your {car} is waiting in {at} on {from}.", "Rental of a {car}: pick up in {at} on {from}, return in {back} on {to}.", "Car: {car}\nFrom: {from}\nTo: {to}\nDriver: {who}", "I need a {car} in {at}, from {from} until {to}."],
   ["It costs {day} a day.", "Daily rate: {day}", "You pay {day} for each day."], ["Full insurance is included. [ins=true]", "You have no insurance. [ins=false]", "Insured: yes [ins=true]", "Insurance was declined. [ins=false]"],
   ["{km} km are free.", "Up to {km} kilometres are included.", "Limit: {km} km"], ["Licence: {lic}", "Driving licence {lic}", "The licence number is {lic}."],
   ["We need a child seat. [seat=true]", "A child seat is not needed. [seat=false]", "With child seat [seat=true]"])

domain("club", {
    "who": (person, "member name applicant new_member"), "plan": (Literal("basic plus premium", "bronze silver gold", "student adult family"), "plan tariff membership_type level"), "fee": (money, "fee monthly_fee price dues"),
    "start": (date, "start start_date member_since begins_on"), "end": (date, "end end_date expires valid_until ends_on"), "coach": (person, "trainer coach instructor"), "no": (number_code, "member_id member_no id number"),
    "what": (choice_of(p("tennis, judo, yoga, rowing, football, boxing, swimming, chess, golf")), "sport activity course discipline"), "news": (BOOL, "newsletter wants_newsletter subscribed"), "age": (age, "age years")},
   ["{who} joins the {what} club on {start}.", "Welcome, {who}! You are now a {plan} member.", "Membership {no} of {who} ends on {end}.", "{who}, {age}, wants to learn {what}.", "Name: {who}\nSport: {what}\nPlan: {plan}", "My {plan} membership started on {start}. I am {who}."],
   ["The fee is {fee} a month.", "Monthly fee: {fee}", "It costs {fee} every month."], ["Your trainer is {coach}.", "Coach: {coach}", "{coach} will train you.", "Lessons with {coach}."],
   ["Please send me the newsletter. [news=true]", "No newsletter, please. [news=false]", "Newsletter: yes [news=true]", "Newsletter: no [news=false]"])

domain("claim", {
    "who": (person, "claimant insured policyholder name"), "pol": (code, "policy policy_number contract insurance_number"), "what": (thing, "damaged_item item object damaged_object"), "day": (date, "date damage_date incident_date happened_on"),
    "sum": (money, "damage_amount amount claim_amount estimated_cost loss"), "why": (choice_of(p("fire, storm, theft, hail, a burst pipe, an accident, lightning, flooding, a fall")), "cause reason kind_of_damage peril"), "pol2": (BOOL, "police_called police_informed reported_to_police"),
    "where": (city, "place city location where_it_happened"), "wit": (person, "witness seen_by observer"), "hurt": (BOOL, "injured anyone_hurt injuries")},
   ["On {day} my {what} was damaged by {why} in {where}.", "{who} reports damage to a {what}, caused by {why} on {day}.", "Claim under policy {pol}: {what}, {why}, {day}", "Policy: {pol}\nInsured: {who}\nDamage: {what}\nCause: {why}", "The {what} was lost through {why}."],
   ["The damage is about {sum}.", "Estimated cost: {sum}", "We claim {sum}.", "The loss comes to {sum}."], ["The police were called. [pol2=true]", "I did not call the police. [pol2=false]", "Police informed: no [pol2=false]", "I told the police at once. [pol2=true]"],
   ["{wit} saw it.", "Witness: {wit}", "It was seen by {wit}."], ["Nobody was hurt. [hurt=false]", "One person was hurt. [hurt=true]", "There were no injuries. [hurt=false]", "My arm is broken. [hurt=true]"])

domain("meter", {
    "no": (number_code, "meter meter_number device_number counter"), "val": (integer_between(100, 99999), "reading value meter_reading count"), "day": (date, "date read_on reading_date"), "who": (person, "customer reader name account_holder"),
    "used": (large, "consumption used usage kwh"), "kind": (Literal("water gas electricity", "power gas heat"), "type kind utility energy_type"), "price": (money, "cost price bill amount"), "est": (BOOL, "estimated is_estimate")},
   ["Meter {no} shows {val}.", "The reading of {kind} meter {no} on {day} is {val}.", "{kind} meter: {no}\nReading: {val}\nDate: {day}", "I read {val} on meter {no}.", "On {day} the {kind} counter stood at {val}."],
   ["You used {used} kWh.", "Consumption: {used} kWh", "That is {used} units since last year."], ["You pay {price}.", "Cost: {price}", "The bill is {price}."],
   ["This value is an estimate. [est=true]", "The value was read by a person. [est=false]", "Estimated: no [est=false]"], ["Customer: {who}", "Read by {who}.", "@sign {who}"])

domain("recipe", {
    "dish": (lambda r: Value(f"{r.choice(FOODS)} {r.choice(['soup', 'pie', 'salad', 'stew', 'cake', 'curry', 'bake'])}"), "dish recipe name meal title"), "n": (small, "servings portions serves people"), "min": (integer_between(5, 180), "minutes cooking_time time_minutes baking_time"),
    "deg": (integer_between(120, 250), "oven_temperature temperature degrees oven"), "ing": (list_of(food, 2, 5), "ingredients contains foods"), "items": (FOOD_ITEMS, "ingredients shopping ingredient_list"),
    "veg": (BOOL, "vegetarian is_vegetarian meat_free"), "by": (person, "cook author chef from"), "lvl": (Literal("easy medium hard", "simple normal difficult"), "difficulty level effort")},
   ["{dish} for {n} people", "{dish} by {by}", "How to make {dish}:", "Recipe: {dish} ({lvl})", "My {dish} serves {n}.", "{by} taught me this {dish}; it is {lvl}."],
   ["You need {ing}.", "Ingredients: {ing}", "Take {items}.", "Ingredients:\n{items}", "Buy {ing}."], ["Bake for {min} minutes at {deg} degrees.", "It takes {min} minutes.", "Cook it for {min} minutes.", "{min} minutes, {deg} degrees", "Heat the oven to {deg} degrees and wait {min} minutes."],
   ["There is no meat in it. [veg=true]", "It contains meat. [veg=false]", "Suitable for vegetarians. [veg=true]", "Not for vegetarians. [veg=false]"])

domain("film", {
    "title": (book, "title film movie name"), "dir": (person, "director directed_by film_maker"), "year": (year, "year release_year made_in"), "min": (integer_between(60, 220), "minutes length runtime duration"), "stars": (integer_between(1, 10), "rating stars score"),
    "cast": (list_of(person, 1, 4), "actors cast stars_of starring"), "genre": (Literal("drama comedy thriller horror", "action romance western", "comedy crime fantasy documentary"), "genre type kind category"), "seen": (date, "watched_on seen_on date"),
    "sub": (BOOL, "subtitles has_subtitles"), "lang": (language, "language original_language spoken_language")},
   ["\"{title}\" ({year}) by {dir}", "I watched \"{title}\" on {seen}.", "{title} is a {genre} by {dir} from {year}.", "Film: {title}\nDirector: {dir}\nYear: {year}", "The {genre} {title} runs {min} minutes.", "{dir} made {title} in {year}."],
   ["With {cast}.", "Starring {cast}.", "Cast: {cast}", "{cast} play the main parts."], ["{min} minutes.", "It lasts {min} minutes.", "Length: {min} min"], ["I give it {stars} of 10.", "{stars}/10", "Rating: {stars}"],
   ["With subtitles. [sub=true]", "No subtitles. [sub=false]"], ["In {lang}.", "Language: {lang}", "It is in {lang}."])

domain("match", {
    "home": (city, "home_team home team_a host_team"), "away": (city, "away_team away team_b visitors"), "hg": (integer_between(0, 9), "home_goals home_score goals_home score_a"), "ag": (integer_between(0, 9), "away_goals away_score goals_away score_b"),
    "at": (room, "stadium venue place ground"), "n": (integer_between(500, 80000), "spectators attendance crowd viewers"), "day": (date, "date match_day played_on"), "ref": (person, "referee umpire"), "star": (person, "best_player scorer man_of_the_match"), "ot": (BOOL, "overtime extra_time")},
   ["{home} beat {away} {hg}:{ag}.", "{home} - {away} {hg}:{ag}", "{home} against {away} ended {hg}:{ag}.", "On {day} {home} played {away}; the score was {hg}:{ag}.", "Match: {home} vs {away}\nResult: {hg}:{ag}"],
   ["{n} people watched in {at}.", "Crowd: {n}", "In front of {n} spectators.", "Stadium: {at}", "{at} was full with {n} people."], ["Referee: {ref}", "{ref} was the referee."], ["{star} scored the winning goal.", "Best player: {star}", "{star} was the hero of the day."],
   ["It went to extra time. [ot=true]", "There was no extra time. [ot=false]"])

domain("memo", {
    "who": (person, "caller called_by from name"), "firm": (company, "company firm caller_company"), "for": (first, "for message_for called to_whom"), "time": (time, "time called_at hour"), "tel": (phone, "callback phone number call_back_number"), "what": (action, "message wish request asks_you_to"),
    "about": (topic, "about topic regarding subject"), "urg": (BOOL, "urgent pressing as_soon_as_possible"), "back": (BOOL, "call_back please_call return_call")},
   ["{who} from {firm} called at {time}.", "Phone message for {for}: {who} called.", "Call from {who} ({firm}), {time}", "{for}, at {time} {who} of {firm} wanted to talk to you about {about}.", "Caller: {who}\nTime: {time}\nFor: {for}"],
   ["Please {what}.", "You should {what}.", "The wish: {what}.", "{who} asks you to {what}."], ["The number is {tel}.", "Tel. {tel}", "Reach back on {tel}.", "Phone {tel}."], ["It was about {about}.", "Regarding {about}.", "Topic: {about}"],
   ["It sounded urgent. [urg=true]", "It was not urgent. [urg=false]"], ["Please call back. [back=true]", "No need to call back. [back=false]", "Will call again, you need not call. [back=false]"])

domain("stay", {
    "who": (person, "guest name guest_name traveller"), "hotel": (lambda r: Value(f"Hotel {cap(made_word(r))}" if r.random() < .5 else f"{cap(r.choice(ADJ))} {cap(noun(r))} {r.choice(['Inn', 'Hotel', 'Lodge', 'Hostel'])}"), "hotel accommodation hotel_name inn"), "in": (date, "check_in arrival arrival_date from"), "out": (date, "check_out departure departure_date to"),
    "n": (small, "nights night_count number_of_nights"), "room": (number_code, "room room_number"), "bf": (BOOL, "breakfast breakfast_included with_breakfast"), "price": (money, "price total_price rate cost_per_night"), "wifi": (BOOL, "wifi free_wifi internet"), "city": (city, "city town place"), "no": (code, "booking_number confirmation reservation_code booking_code")},
   ["{who} stays at {hotel} from {in} to {out}.", "Your booking {no} at {hotel} in {city} is confirmed.", "{hotel}, {city}: arrival {in}, departure {out}", "Hotel: {hotel}\nGuest: {who}\nArrival: {in}\nDeparture: {out}", "We look forward to your stay of {n} nights at {hotel}.", "I have a room at {hotel} for {n} nights from {in}."],
   ["Breakfast is included. [bf=true]", "Breakfast is not included. [bf=false]", "Without breakfast. [bf=false]", "With breakfast. [bf=true]"], ["Room {room}", "You have room {room}.", "Your room number is {room}."], ["The price is {price}.", "You pay {price} per night.", "Total: {price}"],
   ["Free wifi in all rooms. [wifi=true]", "There is no wifi. [wifi=false]"])

domain("signup", {
    "who": (person, "participant attendee name delegate"), "org": (company, "organization company affiliation institution"), "what": (subject, "conference event workshop talk"), "diet": (Literal("vegan vegetarian none", "vegan halal kosher", "meat fish vegetarian"), "diet meal food food_choice"),
    "type": (Literal("student regular speaker", "online onsite", "early late"), "ticket ticket_type category registration_type"), "fee": (money, "fee price registration_fee"), "mail": (email, "email mail contact"), "shirt": (Literal("S M L XL", "small medium large"), "shirt_size tshirt size"), "din": (BOOL, "dinner joins_dinner attends_dinner")},
   ["{who} ({org}) registers for {what}.", "Registration: {who}, {org}", "I would like to take part in {what}. My name is {who}, I work at {org}.", "Participant: {who}\nOrganisation: {org}\nEvent: {what}", "{who} signed up for {what}."],
   ["Ticket: {type}", "I take the {type} ticket.", "Category {type}"], ["Food: {diet}", "For lunch: {diet}.", "Meal choice: {diet}"], ["Shirt size {shirt}", "My size is {shirt}.", "T-shirt: {shirt}"], ["The fee is {fee}.", "Fee: {fee}"], ["E-mail: {mail}", "Please write to {mail}."],
   ["I will come to the dinner. [din=true]", "I cannot come to the dinner. [din=false]", "Dinner: yes [din=true]", "Dinner: no [din=false]"])

domain("window", {
    "sys": (service, "system service application affected_system"), "from": (time, "start from start_time begins"), "to": (time, "end to end_time until"), "day": (date, "date day when"), "why": (action, "reason work purpose change"), "who": (person, "contact responsible engineer owner"), "down": (BOOL, "downtime service_down outage"),
    "chg": (code, "change_id change ticket change_number"), "risk": (Literal("low medium high"), "risk risk_level impact")},
   ["Maintenance of {sys} on {day} from {from} to {to}.", "{sys} will be serviced on {day} between {from} and {to}.", "System: {sys}\nDate: {day}\nFrom {from} to {to}", "On {day} we will {why} on {sys}.", "Planned work {chg}: {why}, {day}, {from} - {to}"],
   ["The service will be down. [down=true]", "You can go on working, there is no outage. [down=false]", "Downtime: none [down=false]", "Nobody can log in during this time. [down=true]"], ["Contact: {who}", "{who} is in charge.", "Questions to {who}."], ["Risk: {risk}", "The risk is {risk}.", "We see a {risk} risk."])

domain("apply", {
    "who": (person, "applicant candidate name applicant_name"), "job": (job, "position applied_for job role"), "yrs": (small, "years_of_experience experience years"), "deg": (choice_of(p("a master in physics, a bachelor in law, a diploma in design, a degree in biology, a doctorate in chemistry, a degree in economics")), "degree education qualification"), "from": (date, "available_from start earliest_start"),
    "pay": (money, "expected_salary salary salary_wish"), "skills": (list_of(skill, 2, 4), "skills strengths knowledge abilities"), "firm": (company, "last_employer previous_company current_employer"), "mail": (email, "email contact mail"), "move": (BOOL, "willing_to_move relocate would_relocate")},
   ["{who} applies for the job of {job}.", "I am writing to apply as {job}. My name is {who}.", "Application: {who} for {job}", "{who} would like to work with us as a {job}.", "Candidate: {who}\nPosition: {job}"],
   ["I have {yrs} years of experience at {firm}.", "{yrs} years with {firm}.", "Experience: {yrs} years ({firm})", "The last employer was {firm}."], ["Skills: {skills}", "I know {skills}.", "Good at {skills}."], ["Has {deg}.", "I hold {deg}.", "Education: {deg}"], ["I could start on {from}.", "Available from {from}.", "Start: {from}"],
   ["I expect {pay} a year.", "Salary wish: {pay}"], ["I am ready to move. [move=true]", "Moving is not an option. [move=false]", "Willing to relocate: yes [move=true]", "Willing to relocate: no [move=false]"])

domain("deploy", {
    "commit": (lambda r: Value("".join(r.choice("0123456789abcdef") for _ in range(7))), "commit sha revision hash"), "br": (lambda r: Value(r.choice(["main", "develop", f"feature/{noun(r)}", f"fix-{noun(r)}", f"release-{version(r).text}"])), "branch git_branch ref"), "who": (user, "author user pushed_by committer"), "env": (Literal("prod staging test", "production staging development"), "environment env target stage"),
    "sec": (integer_between(3, 900), "seconds duration build_seconds took"), "ok": (integer_between(1, 900), "passed tests_passed passing"), "bad": (integer_between(0, 30), "failed tests_failed failing"), "res": (BOOL, "success succeeded green build_ok"), "app": (service, "app service repository project"), "ver": (version, "version tag release")},
   ["{app} {ver} deployed to {env} by {who}", "Build of {app} ({commit}, {br}) took {sec} s", "[{env}] {app}: commit {commit} on {br} by {who}", "{who} pushed {commit} to {br} of {app}.", "deploy app={app} version={ver} env={env} user={who}"],
   ["{ok} tests passed, {bad} failed.", "tests: {ok} passed, {bad} failed", "{bad} of the tests failed, {ok} passed."], ["Build succeeded. [res=true]", "Build failed. [res=false]", "Result: green [res=true]", "Result: red [res=false]", "It was rolled back after an error. [res=false]"])

domain("course", {
    "what": (lambda r: skill(r) if r.random() < .5 else language(r), "course subject class topic"), "who": (person, "teacher instructor tutor lecturer"), "day": (weekday, "weekday day every"), "time": (time, "time start hour starts"), "fee": (money, "fee price cost tuition"), "n": (count, "places free_places seats max_participants"), "room": (room, "room location place"), "lvl": (Literal("beginner intermediate advanced", "A1 A2 B1 B2"), "level difficulty"), "w": (small, "weeks lessons number_of_weeks"), "full": (BOOL, "full fully_booked sold_out")},
   ["The {what} course with {who} is every {day} at {time}.", "Learn {what} with {who}! {day}, {time}, {room}.", "Course: {what} ({lvl})\nTeacher: {who}\nDay: {day}", "{who} teaches {what} on {day} in {room}.", "A {lvl} class in {what} starts on {day}."],
   ["It costs {fee}.", "Fee: {fee}", "The fee is {fee}."], ["It lasts {w} weeks.", "{w} weeks long.", "Weeks: {w}"], ["There are {n} places.", "Only {n} places left.", "At most {n} people."], ["The course is full. [full=true]", "There are still free places. [full=false]", "Fully booked. [full=true]", "Not yet full. [full=false]"])

domain("alert", {
    "user": (user, "user account username login"), "dev": (choice_of(p("an iPhone, a Windows PC, an Android phone, a Linux laptop, a tablet, a Mac")), "device client hardware"), "ip": (ip, "ip address ip_address source"), "city": (city, "city location near place"), "time": (timestamp, "time when timestamp detected_at"), "blk": (BOOL, "blocked was_blocked denied"), "n": (integer_between(2, 50), "attempts failed_attempts tries"), "app": (company, "service app account_provider company"), "code": (number_code, "code security_code verification_code pin")},
   ["New sign-in to {app} from {city} ({ip}) at {time}.", "Someone logged in as {user} on {dev} near {city}.", "{n} failed logins for {user} from {ip}", "Security alert: {user}, {ip}, {time}", "We noticed a login to your {app} account from {dev}.", "{time}: user {user} came from {ip} in {city}"],
   ["We blocked it. [blk=true]", "The login was allowed. [blk=false]", "Access denied. [blk=true]", "It was not blocked. [blk=false]"], ["Your code is {code}.", "Use code {code}.", "{code} is your security code."])

domain("lead", {
    "firm": (company, "company prospect account lead firm"), "who": (person, "contact contact_person decision_maker name"), "job": (job, "job_title position role"), "n": (integer_between(3, 9000), "employees staff company_size headcount"), "sum": (money, "budget deal_value volume amount"), "want": (thing, "interest product interested_in wants"), "next": (action, "next_step todo follow_up action"), "by": (date, "follow_up_date by next_contact due"), "hot": (BOOL, "hot likely_to_buy promising"), "src": (Literal("fair web phone", "referral website ad"), "source channel lead_source"), "city": (city, "city headquarters location")},
   ["{firm} in {city} has {n} employees and wants a {want}.", "I spoke to {who}, {job} at {firm}.", "Lead: {firm}\nContact: {who} ({job})\nInterest: {want}", "{who} of {firm} is interested in a {want}.", "{firm} ({n} people) asked for an offer on a {want}."],
   ["Their budget is {sum}.", "Budget: {sum}", "They can spend {sum}."], ["Next step: {next} by {by}.", "We should {next} before {by}.", "I promised to {next} by {by}."], ["They will surely buy. [hot=true]", "I do not think they will buy. [hot=false]", "Very promising. [hot=true]", "Little hope. [hot=false]"], ["Source: {src}", "They came by {src}."])

domain("stock", {
    "sku": (code, "sku article_number item_code part_number"), "what": (thing, "item product name article"), "n": (large, "stock quantity in_stock on_hand"), "min": (integer_between(5, 90), "minimum reorder_level min_stock"), "wh": (city, "warehouse location depot site"), "sup": (company, "supplier vendor manufacturer"), "bin": (gate, "bin shelf rack storage_place"), "price": (money, "price unit_price cost"), "low": (BOOL, "low reorder needs_reorder")},
   ["{sku}: {n} pieces of {what} in {wh}", "We have {n} {what} left in {wh}, shelf {bin}.", "Item: {what}\nSKU: {sku}\nStock: {n}\nShelf: {bin}", "In {wh} there are {n} units of {what} ({sku}).", "{what}, article {sku}, stock {n}, minimum {min}"],
   ["Supplier: {sup}", "We get it from {sup} at {price}.", "{sup} delivers it for {price}."], ["Please reorder. [low=true]", "No need to reorder. [low=false]", "Stock is too low. [low=true]", "There is enough of it. [low=false]"])

domain("coupon", {
    "code": (lambda r: Value(f"{r.choice(NOUN).upper()}{r.randint(5, 99)}"), "code coupon voucher promo_code"), "pct": (integer_between(5, 75), "discount percent discount_percent reduction"), "till": (date, "valid_until expires expiry end_date"), "min": (money, "minimum_order min_order from_amount"), "shop": (company, "shop store company brand"), "what": (thing, "product applies_to item"), "new": (BOOL, "new_customers_only only_new"), "n": (small, "uses max_uses times")},
   ["Use code {code} and save {pct}% at {shop}.", "{pct} percent off with {code}!", "{shop}: {pct}% discount on every {what}, code {code}", "Coupon {code} gives you {pct}% off.", "Save {pct} percent on a {what} at {shop}."],
   ["Valid until {till}.", "Ends on {till}.", "Use it before {till}."], ["Minimum order {min}.", "From {min}.", "You must spend at least {min}."], ["Only for new customers. [new=true]", "For all customers. [new=false]", "Old and new customers can use it. [new=false]"], ["It works {n} times.", "Can be used {n} times."])

domain("accident", {
    "where": (lambda r: street(r) if r.random() < .5 else city(r), "place location where scene"), "day": (date, "date day when"), "time": (time, "time hour about_time"), "hurt": (small, "injured injured_people victims hurt"), "cars": (small, "vehicles cars number_of_vehicles"), "why": (choice_of(p("ice on the road, high speed, a flat tyre, heavy fog, alcohol, a red light, a deer on the road")), "cause reason due_to"), "off": (person, "officer police_officer reported_by"), "closed": (BOOL, "road_closed closed blocked"), "sum": (money, "damage cost damage_amount")},
   ["On {day} at {time} {cars} cars crashed in {where}.", "Accident in {where}: {cars} vehicles, {hurt} injured.", "{hurt} people were hurt in {where} on {day}.", "Place: {where}\nDate: {day}\nTime: {time}\nInjured: {hurt}", "At {time} a crash in {where} involved {cars} vehicles."],
   ["The cause was {why}.", "Cause: {why}", "Police think of {why}."], ["The road is closed. [closed=true]", "The road is open again. [closed=false]", "Traffic flows again. [closed=false]"], ["Officer: {off}", "{off} wrote the report."], ["The damage is {sum}.", "Damage: {sum}"])

domain("fine", {
    "plate": (code, "plate car registration number_plate"), "where": (street, "street place where location"), "sum": (money, "fine amount penalty sum"), "day": (date, "date day offence_date"), "time": (time, "time at hour"), "by": (date, "pay_by due due_date pay_before"), "no": (code, "case_number case reference file_number"), "why": (choice_of(p("parking without a ticket, speeding, parking on the pavement, blocking a driveway, a red light")), "offence reason violation"), "km": (integer_between(51, 199), "speed measured_speed km_h"), "off": (surname, "officer issued_by")},
   ["Your car {plate} was seen in {where} on {day} at {time}.", "Offence: {why}\nCar: {plate}\nPlace: {where}", "You are fined {sum} for {why}.", "{plate}: {why} in {where}, {day}, {time}", "For {why} with the car {plate} you have to pay {sum}."],
   ["Please pay {sum} by {by}.", "Pay before {by}.", "The fine of {sum} is due on {by}."], ["Case {no}", "File number: {no}", "Quote {no} when you pay."], ["You drove {km} km/h.", "Measured speed: {km} km/h"], ["Officer {off}", "Issued by officer {off}."])

domain("party", {
    "who": (first, "host invited_by from birthday_child"), "age": (age, "age turning birthday"), "day": (date, "date day party_date"), "time": (time, "time start from_time"), "where": (lambda r: room(r) if r.random() < .5 else address(r), "place address location venue"), "rsvp": (date, "reply_by answer_by rsvp"), "tel": (phone, "phone reply_to call"), "food": (list_of(food, 1, 3), "food menu we_serve"), "theme": (thing, "theme motto dress_code"), "pool": (BOOL, "swimming bring_swimsuit pool")},
   ["{who} turns {age} and invites you on {day} at {time}.", "Party at {where}! {day}, {time}.", "I will be {age} on {day}. Come to {where}!", "You are invited to the birthday of {who}: {day}, {time}, {where}.", "We celebrate at {where} from {time}."],
   ["Please answer by {rsvp}.", "Tell me until {rsvp} if you can come.", "RSVP by {rsvp}"], ["Call {tel}.", "Reply to {tel}."], ["There will be {food}.", "We serve {food}."], ["Theme: {theme}", "The motto is {theme}."], ["Bring your swimsuit. [pool=true]", "There is no pool. [pool=false]"])


def extend(name, *more):
    """Adds sentences to the groups of a domain, in their order."""
    for group, sentences in zip(DOMAINS[name][1], more):
        group.extend(sentences)


extend("meeting", ["Shall we say {day}, {time}, in {place}?", "Let's meet on {day} at {time}. I will be in {place}.", "How about {place} on {day}, around {time}?", "See you on {day} at {time} in {place}!", "I suggest {day} at {time}; {place} is free.", "Kick-off: {day}, {time}, {place}"],
       ["I want to go through {topic} with you.", "Subject: {topic}", "We have to decide on {topic}.", "The point is {topic}.", "Let us talk about {topic}."],
       ["{people} are coming too.", "{people} know about it and will come.", "Invited are {people}.", "With us: {people}"], ["Have the {bring} ready.", "Please have the {bring} with you.", "Take the {bring} along."],
       ["I need an answer right away. [urgent=true]", "No need to rush. [urgent=false]", "It is really urgent, so please answer. [urgent=true]", "Whenever it suits you. [urgent=false]"])
extend("invoice", ["Invoice {no} for your order", "Here is your invoice ({no}).", "Bill no. {no}", "INVOICE {no}"], ["We, {seller}, thank you for your order.", "Vendor: {seller}", "{seller} sends you this bill."], ["Invoice to: {buyer}", "Recipient: {buyer}", "Bill for {buyer}"],
       ["Billing date {date}", "Created on {date}"], ["Payment deadline: {due}", "You have until {due} to pay.", "Kindly pay not later than {due}."], ["That makes {total}.", "Amount payable: {total}", "In total {total}.", "You owe us {total}."])
extend("ticket", ["Request {no}", "This is about case {no}."], ["I have a {what}. Now {bad}.", "We use the {what} in our office. Today {bad}.", "My {what} makes trouble: {bad}.", "Concerning: {what}. What happened: {bad}."], ["I am {who}.", "This is {who} speaking.", "Sent by {who}"],
       ["We lose money every hour! [prio=high]", "All of us are stuck. [prio=high]", "It is a minor thing. [prio=low]", "I can live with it for now. [prio=low]"], ["It is fixed. [state=done]", "Finished, you can close it. [state=done]", "Still being looked at. [state=progress]", "Not started yet. [state=open]"],
       ["{tech} looks after it.", "Responsible: {tech}", "{tech} is on the case."], ["Ring me on {phone}.", "Call back on {phone}, please."], [], ["I bought it half a year ago, so the warranty still runs. [warranty=true]", "The guarantee ran out last year. [warranty=false]"])
extend("profile", ["{who} is {age} and works in {city} as a {job}.", "In {city} lives {who}, a {age}-year-old {job}.", "{who}: {age} years, {job}, {city}", "At {age}, {who} is one of the best {job}s in {city}.", "Our new colleague {who} ({age}) is a {job} from {city}."], ["Home country: {from}", "{from} is the country of birth."],
       ["Since {since} at {firm}.", "{firm} is the employer since {since}.", "Working for {firm} since {since}."], ["Knows {langs}.", "Understands {langs}.", "Can talk in {langs}."])
extend("review", ["Here is what I think of the {what}.", "Got the {what} for {price}.", "The {what} is in my kitchen for {used} now."],
       ["A wonderful thing! [mood=good]", "My family adores it. [mood=good]", "Well made, I am very pleased. [mood=good]", "Top! [mood=good]", "Garbage. [mood=bad]", "It fell apart within a week. [mood=bad]", "I regret buying it. [mood=bad]", "Rude staff and cold food. [mood=bad]", "Neither good nor bad. [mood=mixed]", "It is all right for the price, with some weak spots. [mood=mixed]"],
       [], [], ["{stars} points out of ten from me.", "{stars}/10 from me.", "It gets {stars} stars."], ["Get one! [rec=true]", "Stay away from it. [rec=false]", "I can only advise against it. [rec=false]", "I can recommend it to all. [rec=true]"], ["Give me my money back! [refund=true]", "I demand a full refund. [refund=true]"])
extend("log", ["{time} {host} {svc}: {level}", "{level}: [{svc}] {time}", "<{level}> {time} {svc}", "{time} | {level} | {svc} |", "level={level} ts={time} svc={svc}", "{time} {level}"],
       ["request {req} by {user} took {ms} ms ({code})", "retry {n} for job {req} on {host}", "cannot open {path} on {host}", "{host} uses {pct}% of its disk ({path})", "session of {user} from {ip} expired", "file {path} written by {user}, {ms} ms", "upstream {ip} timed out after {ms} ms, request {req}", "{svc} restarted on {host} ({n} times)"])
extend("order", ["Regarding order {no}:", "Order no. {no} is on its way."], ["{who} would like {items}.", "Hello, I am {who} and I want to order {items}.", "Your items: {items}. Customer: {who}", "We packed {items} for {who}."], ["My mail address is {mail}.", "Mail: {mail}"], ["Bring it to {to}.", "It should go to {to}.", "Drop it at {to}."],
       ["It reaches you on {date}.", "Should be there on {date}.", "We deliver on {date}."], ["{ship} delivers it under number {track}.", "Handed to {ship}; parcel number {track}."])
extend("travel", ["The {no} leaves {from} at {dep} and lands in {to} at {arr}.", "{from} to {to}, {no}, {day}", "We fly with {no} from {from} to {to} on {day}.", "{who} takes the {no} from {from} to {to}."], ["Boarding at gate {gate}.", "Departure from platform {gate}."], [], ["{late} minutes late.", "The departure is {late} minutes behind time."])
extend("home", ["{kind}, {rooms} rooms, {size} m2", "A nice {kind} on the {floor} floor with {rooms} rooms ({size} square metres)."], ["You live in {street} in {city}.", "Where: {street}, {city}"], ["Rent per month: {rent}", "The owner asks {rent} per month."], ["Tenants may have pets. [pets=true]", "Pets are forbidden. [pets=false]"])
extend("appointment", ["You can see {doc} on {day} at {time}.", "Please note: {day}, {time}, {doc}.", "We expect you on {day} at {time}; {doc} will treat you."], [], ["You find us in {where}."], ["Have your {bring} ready.", "Remember the {bring}."])
extend("booking", ["Dinner for {n} on {day}, {time}.", "Can we have a table for {n} at {time} on {day}?", "We will be {n}, {day}, {time}.", "{n} people, {nights} nights, from {day}"], ["It is for {who}.", "The booking is for {who}."], [], ["A place in the garden would be nice. [out=true]", "Indoors, please. [out=false]"])

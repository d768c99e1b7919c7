"""Kinds of text. A domain names slots (maker, field names) and groups of sentences with the slots in them.

Of every group one sentence is chosen. `[slot=value]` at its end sets a slot that the sentence only implies: a boolean,
or a class of an `Enum`.
"""

from values import *


class Enum:
    """Classes by meaning: every class has labels, of which a schema shows one."""

    def __init__(self, **classes):
        self.classes = {key: [label.strip() for label in labels.split(",")] for key, labels in classes.items()}


class Literal:
    """An enum whose label stands in the text."""

    def __init__(self, *sets):
        self.sets = [w(s) if "," not in s else p(s) for s in sets]


class Items:
    """An array of objects. `parts`: (key, maker, field names); `lines`: how one item is written."""

    def __init__(self, parts, lines):
        self.parts, self.lines = parts, lines


BOOL = "bool"
URGENCY = Enum(low="low,not urgent,minor,whenever", medium="medium,normal,moderate", high="high,urgent,critical,top")
SENTIMENT = Enum(good="positive,good,happy,satisfied,pleased", mixed="neutral,mixed,average,indifferent",
                 bad="negative,bad,unhappy,dissatisfied,angry")
STATUS = Enum(open="open,pending,new,unresolved", progress="in progress,waiting,on hold,active", done="closed,resolved,done,completed")
ORDER_ITEMS = Items([("n", thing, "name product item description article title what label good ware thing_name"), ("q", count, "quantity qty count amount number pieces units how_often times"),
                     ("m", money, "price unit_price cost each rate")],
                    ["{q} x {n} at {m}", "{n}, {q} pieces, {m} each", "{q} {n} for {m}", "{n} ({q}): {m}", "{q} {n} ({m} each)"])
PLAIN_ITEMS = Items([("n", thing, "name product item article title what label good kind object ware"), ("q", count, "quantity qty count amount number units needed")],
                    ["{q} {n}", "{q} x {n}", "{n} ({q})", "{q} {n}s", "{n}: {q}", "{q} boxes of {n}"])
FOOD_ITEMS = Items([("n", food, "name food ingredient product item what good drink"), ("q", count, "quantity count amount number units pieces packs bottles_count boxes")],
                   ["{q} {n}", "{q} x {n}", "{n} ({q})", "{q} kg of {n}", "{n}: {q}", "{q} bottles of {n}", "{q} packs of {n}"])
PEOPLE_ITEMS = Items([("n", person, "name full_name person member"), ("j", job, "role job position title function"), ("e", email, "email mail contact")],
                     ["{n} ({j}, {e})", "{n}, {j}, {e}", "{n}: {j}, {e}", "{n} works as {j}, reach them at {e}"])
PAIR_ITEMS = Items([("n", person, "name person who member player"), ("s", integer_between(0, 120), "score points result marks age")],
                   ["{n} with {s}", "{n} ({s})", "{n}: {s}", "{s} for {n}", "{n} {s}"])

DOMAINS = {}


def domain(name, slots, *groups):
    DOMAINS[name] = (slots, groups)


domain("meeting", {
    "who": (person, "sender author from organizer sender_name writer host contact signed_by"),
    "day": (date, "date day meeting_date when scheduled_for date_of_meeting"),
    "time": (time, "time start_time start begins_at hour meeting_time"),
    "place": (room, "location place venue room where meeting_room site"),
    "topic": (topic, "topic subject agenda about purpose theme"),
    "people": (list_of(person, 1, 4), "attendees participants people guests invited members"),
    "bring": (thing, "bring item_to_bring material required_item needed"),
    "urgent": (BOOL, "urgent important high_priority needs_reply"),
    "online": (BOOL, "online remote virtual by_video"),
    "len": (duration, "duration length how_long time_needed"),
}, ["Let us meet on {day} at {time} in {place}.", "The meeting is on {day} at {time}, {place}.", "Can we meet in {place} on {day} at {time}?",
    "We will see each other on {day}, {time}, in {place}.", "I booked {place} for {day} at {time}.", "Our next meeting takes place on {day}. It starts at {time} in {place}.",
    "Please come to {place} on {day}. We start at {time}.", "The appointment was moved to {day} at {time} ({place}).", "Time: {time}\nDay: {day}\nPlace: {place}"],
   ["We will talk about {topic}.", "The topic is {topic}.", "I would like to discuss {topic}.", "It is about {topic}.", "We need to go over {topic}.", "Agenda: {topic}"],
   ["{people} will join us.", "Also invited: {people}.", "I have asked {people} to come as well.", "{people} will be there too.", "Attendees: {people}", "Participants are {people}."],
   ["Please bring the {bring}.", "Do not forget the {bring}.", "We will need the {bring}.", "Could you bring the {bring}?", "Remember to take the {bring} with you."],
   ["This is urgent. [urgent=true]", "There is no hurry. [urgent=false]", "It is important that you answer today. [urgent=true]", "It is not urgent. [urgent=false]",
    "Please reply as soon as possible. [urgent=true]", "Take your time with the answer. [urgent=false]", "It can wait. [urgent=false]", "We must settle this today, it is urgent. [urgent=true]"],
   ["You can also join by video. [online=true]", "We meet in person only. [online=false]", "The meeting is online. [online=true]", "There is no video call this time. [online=false]"],
   ["It will take {len}.", "Plan {len} for it.", "We need about {len}.", "Duration: {len}"],
   ["@sign {who}"])

domain("invoice", {
    "no": (code, "invoice_number number invoice_no invoice_id id reference document_number"),
    "seller": (company, "seller vendor supplier issuer company from_company seller_name vendor_name biller"),
    "buyer": (lambda r: company(r) if r.random() < .6 else person(r), "buyer customer client bill_to customer_name recipient client_name"),
    "date": (date, "date invoice_date issue_date issued issued_on"),
    "due": (date, "due_date due payment_due pay_by payable_by deadline"),
    "total": (money, "total amount total_amount amount_due grand_total sum balance"),
    "tax": (money, "tax vat tax_amount vat_amount"),
    "items": (ORDER_ITEMS, "items line_items lines products positions entries"),
    "paid": (BOOL, "paid is_paid settled already_paid"),
    "iban": (lambda r: Value(f"{r.choice(['DE', 'FR', 'ES', 'IT'])}{digits(r, 2)} {digits(r, 4)} {digits(r, 4)} {digits(r, 4)}"), "iban account bank_account account_number"),
}, ["Invoice {no}", "Invoice number: {no}", "Invoice no. {no}", "INVOICE #{no}", "Please find attached invoice {no}.", "This is invoice {no}.", "Invoice ID {no}"],
   ["{seller}", "From: {seller}", "Seller: {seller}", "Issued by {seller}.", "Supplier: {seller}", "Thank you for buying from {seller}."],
   ["Bill to: {buyer}", "Customer: {buyer}", "To: {buyer}", "Billed to {buyer}", "For: {buyer}", "The buyer is {buyer}.", "Client: {buyer}"],
   ["Date: {date}", "Invoice date: {date}", "Issued on {date}.", "Issued: {date}", "Dated {date}"],
   ["Due date: {due}", "Payment is due on {due}.", "Please pay by {due}.", "Due: {due}", "Payable by {due}", "Please transfer the amount before {due}.", "Payable until {due}."],
   ["Total: {total}", "Amount due: {total}", "The total is {total}.", "Total amount {total}", "Please pay {total}.", "Grand total: {total}", "Sum: {total}", "Balance: {total}"],
   ["VAT: {tax}", "Tax: {tax}", "This includes {tax} tax.", "including VAT of {tax}"],
   ["{items}", "Items:\n{items}", "You bought {items}.", "We charge you for {items}.", "{items}"],
   ["Status: paid [paid=true]", "This invoice has been paid. [paid=true]", "It is still unpaid. [paid=false]", "Payment is outstanding. [paid=false]", "Status: open [paid=false]",
    "We have not received your payment yet. [paid=false]", "Already settled, thank you. [paid=true]"],
   ["Account: {iban}", "IBAN {iban}", "Please transfer to account {iban}.", "Bank account: {iban}"])

domain("order", {
    "no": (code, "order_number order_id order_no id reference order number"),
    "who": (person, "customer customer_name buyer name ordered_by client purchaser"),
    "mail": (email, "email customer_email e_mail mail contact_email"),
    "items": (PLAIN_ITEMS, "items products articles goods order_items contents things wanted to_order list positions"),
    "to": (address, "address delivery_address ship_to shipping_address destination"),
    "date": (date, "delivery_date date ship_date expected arrives_on delivery_day order_date"),
    "ship": (company, "carrier shipper courier delivery_company shipped_by"),
    "track": (code, "tracking_number tracking_code tracking_id tracking parcel_number"),
    "gift": (BOOL, "gift is_gift gift_wrap wrap_as_gift"),
    "total": (money, "total price amount order_total total_price cost"),
    "from": (city, "origin warehouse sent_from shipped_from_city dispatch_city"),
}, ["Order {no}", "Your order {no} is confirmed.", "Order number: {no}", "Thank you for order {no}.", "Order #{no} has been sent.", "We received order {no}."],
   ["{who} ordered {items}.", "Customer: {who}\n{items}", "Items: {items}. Ordered by {who}.", "{items} for {who}.", "Buyer {who} wants {items}.", "I would like to order {items}. My name is {who}.",
    "Please send me {items}. Name: {who}."],
   ["E-mail: {mail}", "You can reach me at {mail}.", "Contact: {mail}", "Confirmation sent to {mail}.", "Write to {mail}."],
   ["Ship to {to}.", "Delivery address: {to}", "Please deliver to {to}.", "Send it to {to}.", "Address: {to}", "The parcel goes to {to}."],
   ["It will arrive on {date}.", "Delivery: {date}", "Expected on {date}.", "We need it by {date}.", "Delivery date: {date}", "Please deliver on {date}."],
   ["Shipped with {ship}, tracking number {track}.", "{ship} will bring it; the tracking code is {track}.", "Carrier: {ship}\nTracking: {track}", "Track it at {ship} with {track}.", "The courier is {ship} (parcel {track})."],
   ["Please wrap it as a gift. [gift=true]", "It is a gift. [gift=true]", "No gift wrap needed. [gift=false]", "This is not a gift. [gift=false]", "Gift wrap: yes [gift=true]", "Gift wrap: no [gift=false]"],
   ["Total: {total}", "The price is {total}.", "You paid {total}.", "It costs {total} in all.", "Total price {total}."],
   ["It left our warehouse in {from}.", "Sent from {from}.", "Dispatched from {from} this morning.", "The parcel is on its way from {from}."])

domain("ticket", {
    "no": (code, "ticket_id ticket_number ticket case_number id case reference"),
    "who": (person, "customer reporter name user reported_by requester customer_name client"),
    "what": (brand_thing, "product device item model product_name equipment"),
    "bad": (problem, "problem issue description fault complaint error summary"),
    "prio": (URGENCY, "priority urgency severity importance level"),
    "state": (STATUS, "status state progress ticket_status"),
    "tech": (person, "assignee assigned_to agent technician handled_by engineer"),
    "phone": (phone, "phone phone_number contact_phone call_back telephone mobile"),
    "since": (date, "since date started reported_on occurred_on first_seen"),
    "warranty": (BOOL, "warranty in_warranty has_warranty covered"),
    "cat": (Enum(bill="billing,payment,invoice", tech="technical,hardware,technical problem", ship="shipping,delivery,logistics", acc="account,login,access"), "category type department topic team queue"),
}, ["Ticket {no}", "Ticket #{no}", "Case {no} was opened.", "Ticket ID: {no}", "Reference: {no}", "About ticket {no}."],
   ["My {what} has a problem: {bad}.", "Product: {what}\nProblem: {bad}", "I own a {what} and {bad}.", "Since I bought the {what}, {bad}.", "The {what} is faulty: {bad}.", "Device: {what}. Issue: {bad}.",
    "Something is wrong with my {what}. It seems that {bad}."],
   ["Customer: {who}", "Reported by {who}.", "My name is {who}.", "@sign {who}", "{who} called us.", "{who} wrote to us today.", "Requester: {who}"],
   ["Priority: high [prio=high]", "This is critical for us. [prio=high]", "Please fix it at once, nobody can work. [prio=high]", "It is not urgent at all. [prio=low]", "Priority: low [prio=low]", "It is only a small cosmetic flaw. [prio=low]",
    "Priority: medium [prio=medium]", "It should be fixed this week. [prio=medium]", "It would be good to have it fixed soon, but we can still work. [prio=medium]", "Everything is down, this is an emergency! [prio=high]", "No rush. [prio=low]"],
   ["The ticket is still open. [state=open]", "Nobody has looked at it yet. [state=open]", "We are working on it. [state=progress]", "A colleague is dealing with it now. [state=progress]", "The problem has been solved. [state=done]", "The case is closed. [state=done]",
    "Status: waiting for parts [state=progress]", "Status: solved [state=done]", "Status: new [state=open]"],
   ["Assigned to {tech}.", "{tech} will take care of it.", "Agent: {tech}", "Technician: {tech}", "It is handled by {tech}."],
   ["Please call me at {phone}.", "Phone: {phone}", "My number is {phone}.", "You can reach me on {phone}.", "Tel. {phone}", "Call back: {phone}"],
   ["It started on {since}.", "This has been so since {since}.", "First seen on {since}.", "It happened on {since}.", "Date: {since}"],
   ["It is still under warranty. [warranty=true]", "The warranty has ended. [warranty=false]", "I have a valid warranty. [warranty=true]", "There is no warranty left. [warranty=false]", "Warranty: yes [warranty=true]", "Warranty: no [warranty=false]"],
   ["I was charged twice on my card. [cat=bill]", "The invoice shows a wrong amount. [cat=bill]", "I cannot sign in with my password. [cat=acc]", "My account is locked. [cat=acc]", "The parcel never arrived. [cat=ship]",
    "The courier delivered to the wrong house. [cat=ship]", "The screen stays black after the update. [cat=tech]", "The device does not turn on. [cat=tech]"])

domain("profile", {
    "who": (person, "name full_name person person_name employee candidate"),
    "age": (age, "age years age_years"),
    "job": (job, "job occupation profession position role job_title"),
    "city": (city, "city lives_in residence location based_in hometown"),
    "from": (country, "country nationality_country from origin home_country country_of_birth"),
    "firm": (company, "employer company workplace organization works_for"),
    "since": (year, "since start_year joined since_year year"),
    "langs": (list_of(language, 1, 4), "languages speaks language_list tongues"),
    "hob": (list_of(hobby, 1, 3), "hobbies interests likes free_time"),
    "mail": (email, "email contact e_mail email_address"),
    "phone": (phone, "phone telephone phone_number mobile_number"),
    "married": (BOOL, "married is_married has_partner"),
    "kids": (small, "children kids number_of_children"),
    "born": (full_date, "birth_date date_of_birth born birthday dob"),
}, ["{who} is a {age}-year-old {job} from {city}.", "{who} ({age}) lives in {city} and works as a {job}.", "Name: {who}\nAge: {age}\nJob: {job}\nCity: {city}", "{who}, {age}, is a {job} in {city}.",
    "My name is {who}. I am {age} years old and work as a {job} in {city}.", "Meet {who}: {job}, {age} years old, based in {city}.", "I'm {who}, a {job} living in {city}. I turned {age} last month."],
   ["Born in {from}.", "Country: {from}", "The family comes from {from}.", "They grew up in {from}.", "Originally from {from}."],
   ["Works at {firm} since {since}.", "Has been with {firm} since {since}.", "Employer: {firm} (since {since})", "Joined {firm} in {since}.", "In {since} {firm} became the new employer."],
   ["Speaks {langs}.", "Languages: {langs}", "I speak {langs}.", "Fluent in {langs}.", "Can speak {langs}."],
   ["Likes {hob}.", "Hobbies: {hob}", "In the free time: {hob}.", "Enjoys {hob}.", "Interests include {hob}."],
   ["E-mail: {mail}", "Write to {mail}.", "Contact: {mail}", "Reach me at {mail}."],
   ["Phone: {phone}", "Call {phone}.", "Tel: {phone}", "My number is {phone}."],
   ["Married. [married=true]", "Not married. [married=false]", "Single. [married=false]", "Is married and happy. [married=true]", "Never married. [married=false]"],
   ["Has {kids} children.", "Children: {kids}", "Parent of {kids}.", "There are {kids} kids in the house."],
   ["Born on {born}.", "Date of birth: {born}", "The birthday is {born}.", "DOB {born}"])

LEVELS = Literal("DEBUG INFO WARN ERROR", "debug info warning error", "INFO WARNING ERROR CRITICAL", "trace debug info warn error fatal", "notice warn crit")
domain("log", {
    "time": (timestamp, "timestamp time date at when datetime ts"),
    "level": (LEVELS, "level severity log_level loglevel priority"),
    "svc": (service, "service component module source logger app process unit"),
    "host": (host, "host server node hostname instance system"),
    "ip": (ip, "ip client_ip address ip_address remote source_ip"),
    "user": (user, "user username account login user_name"),
    "code": (integer_between(100, 599), "status status_code code http_status response_code"),
    "ms": (integer_between(1, 9000), "duration_ms ms latency elapsed_ms took response_time"),
    "path": (path, "path url route endpoint file mount"),
    "pct": (percent_number, "percent usage disk_usage used percentage load"),
    "err": (problem, "message error reason text detail cause msg"),
    "n": (integer_between(1, 20), "attempts retries tries retry_count count"),
    "req": (code, "request_id request trace_id correlation_id job_id"),
    "ok": (BOOL, "success ok succeeded successful"),
}, ["{time} {level} {svc}:", "{time} [{level}] {svc} -", "[{time}] {level} ({svc})", "{level} {time} {svc}:", "{time} {svc} {level}", "[{level}] {svc} {time}:", "{svc}[{level}] {time}:", "[{level}] {svc}:", "{level}:", "{time} {level}:"],
   ["request {req} from {ip} took {ms} ms", "GET {path} {code} in {ms} ms", "user {user} logged in from {ip}", "login of {user} failed after {n} attempts", "disk usage on {host} is at {pct}%", "{err} ({req})", "job {req} failed: {err}",
    "POST {path} returned {code}", "host {host} does not answer, {n} retries", "could not read {path}: {err}", "connection from {ip} closed, {ms}ms", "host={host} user={user} status={code}", "memory at {pct} percent on {host}",
    "request {req} failed after {n} attempts ({err})", "path={path} ip={ip} ms={ms}", "{user}@{host} opened {path}", "worker on {host}: {err}", "code={code} req={req}"],
   ["", "", "done [ok=true]", "finished successfully [ok=true]", "operation failed [ok=false]", "aborted [ok=false]", "success=true [ok=true]", "success=false [ok=false]", "retry in {ms} ms", "user={user}", "on {host}", "status {code}"])

domain("appointment", {
    "who": (person, "patient name client patient_name visitor person"),
    "doc": (lambda r: Value(f"Dr. {last_name(r)}" if r.random() < .7 else person_text(r)), "doctor physician with practitioner provider specialist"),
    "day": (date, "date day appointment_date when visit_date"),
    "time": (time, "time hour appointment_time at start_time"),
    "where": (lambda r: room(r) if r.random() < .5 else address(r), "location place address clinic office where"),
    "bring": (thing, "bring documents required_document item_needed please_bring"),
    "why": (topic, "reason purpose treatment concern visit_reason"),
    "phone": (phone, "phone contact_number phone_number call"),
    "first": (BOOL, "first_visit new_patient is_new"),
    "len": (duration, "duration length expected_time"),
    "cost": (money, "cost fee price charge"),
}, ["Your appointment with {doc} is on {day} at {time}.", "{doc} will see you on {day}, {time}.", "Appointment: {day}, {time}, {doc}", "We booked you with {doc} on {day} at {time}.", "Reminder: {day} at {time} with {doc}.",
    "Doctor: {doc}\nDate: {day}\nTime: {time}", "I would like to see {doc} on {day} at {time}."],
   ["Patient: {who}", "Dear {who},", "Name: {who}", "The patient is {who}.", "This is for {who}."],
   ["Address: {where}", "Please come to {where}.", "The practice is at {where}.", "Where: {where}", "We are now in {where}."],
   ["Please bring your {bring}.", "Bring the {bring} with you.", "Do not forget your {bring}.", "You will need your {bring}."],
   ["Reason: {why}", "It is about {why}.", "The visit is for {why}.", "Purpose of the visit: {why}."],
   ["If you cannot come, call {phone}.", "Questions? Call {phone}.", "Phone: {phone}", "Our number is {phone}."],
   ["This is the first visit. [first=true]", "The patient has been here before. [first=false]", "New patient: yes [first=true]", "New patient: no [first=false]", "You have never been here before. [first=true]"],
   ["It takes {len}.", "Plan {len}.", "Duration: {len}"],
   ["The fee is {cost}.", "It costs {cost}.", "Cost: {cost}"])

domain("review", {
    "what": (brand_thing, "product item product_name thing subject reviewed_item"),
    "mood": (SENTIMENT, "sentiment feeling tone opinion attitude satisfaction verdict"),
    "stars": (integer_between(1, 10), "rating stars score points grade"),
    "who": (person, "reviewer author name customer user"),
    "pro": (topic, "pro liked best_part advantage plus positive_point"),
    "con": (topic, "con bad_part disadvantage minus negative_point weakness"),
    "rec": (BOOL, "recommended would_recommend recommends buy_again"),
    "price": (money, "price cost paid price_paid"),
    "used": (duration, "used_for owned_for usage_time duration"),
    "refund": (BOOL, "refund_requested refund asks_refund return_requested"),
}, ["I bought the {what} for {price}.", "Review of the {what}", "I have had the {what} for {used}.", "Product: {what}", "This {what} cost me {price}.", "My new {what} came last week.", "We used the {what} for {used}."],
   ["I love it! [mood=good]", "It is fantastic. [mood=good]", "Very happy with it. [mood=good]", "Great quality and quick delivery. [mood=good]", "I am delighted. [mood=good]", "Superb, works perfectly. [mood=good]", "Excellent service, friendly staff. [mood=good]",
    "It is terrible. [mood=bad]", "I am very disappointed. [mood=bad]", "Awful, it broke after two days. [mood=bad]", "What a waste of money. [mood=bad]", "The worst one I ever had. [mood=bad]", "I am angry about the poor quality. [mood=bad]", "It stopped working and nobody helps me. [mood=bad]",
    "It is okay, nothing special. [mood=mixed]", "Not bad, not great. [mood=mixed]", "It does its job, but I expected more. [mood=mixed]", "Some things are good, others are not. [mood=mixed]", "An average product. [mood=mixed]"],
   ["The best thing is {pro}.", "I like {pro}.", "Pro: {pro}", "What I liked: {pro}.", "{pro} is superb."],
   ["Only {con} is annoying.", "I do not like {con}.", "Con: {con}", "The weak point is {con}.", "Unfortunately {con} is poor."],
   ["I give it {stars} out of 10.", "{stars} stars.", "Rating: {stars}", "Score: {stars}/10", "My rating is {stars}."],
   ["I would recommend it. [rec=true]", "I would not recommend it. [rec=false]", "Everybody should buy one. [rec=true]", "Do not buy it. [rec=false]", "I will buy it again. [rec=true]", "Never again. [rec=false]"],
   ["I want my money back. [refund=true]", "Please refund me. [refund=true]", "I do not need a refund. [refund=false]", "I will keep it. [refund=false]", "I am sending it back and expect a refund. [refund=true]"],
   ["@sign {who}", "Written by {who}", "Reviewer: {who}"])

domain("home", {
    "rooms": (small, "rooms room_count number_of_rooms bedrooms"),
    "size": (integer_between(20, 300), "size area square_metres size_sqm living_area"),
    "floor": (choice_of(p("ground,first,second,third,fourth,top")), "floor level storey"),
    "street": (street, "street address street_address"),
    "city": (city, "city place locality town_name"),
    "zip": (zip_code, "zip postal_code postcode zip_code"),
    "rent": (money, "rent monthly_rent price cost rent_amount"),
    "dep": (money, "deposit security_deposit bond"),
    "pets": (BOOL, "pets pets_ok pet_friendly animals_allowed"),
    "balc": (BOOL, "balcony has_balcony"),
    "park": (BOOL, "parking has_parking garage"),
    "from": (date, "available_from free_from move_in available"),
    "kind": (Literal("flat house studio", "apartment house room"), "type kind property_type"),
    "who": (person, "contact agent landlord contact_person owner"),
}, ["{rooms} rooms, {size} square metres, {floor} floor.", "The {kind} has {rooms} rooms and {size} square metres.", "{kind} to let: {rooms} rooms, {size} m2.", "For rent: {kind} with {rooms} rooms on the {floor} floor.", "{size} sqm, {rooms} rooms, {floor} floor"],
   ["It is in {street}, {city}.", "Address: {street}, {zip} {city}", "{street}, {city}", "You find it at {street} in {city} ({zip}).", "The address is {street}, {zip} {city}."],
   ["The rent is {rent} a month.", "Rent: {rent}", "Monthly rent {rent}, deposit {dep}.", "It costs {rent} per month.", "{rent} monthly plus a deposit of {dep}"],
   ["Pets are allowed. [pets=true]", "No pets. [pets=false]", "Pets are welcome. [pets=true]", "Pets are not allowed. [pets=false]", "You may keep a dog or cat. [pets=true]", "Sorry, no animals. [pets=false]"],
   ["There is a balcony. [balc=true]", "It has no balcony. [balc=false]", "With balcony. [balc=true]", "Without balcony. [balc=false]"],
   ["Parking space included. [park=true]", "There is no parking. [park=false]", "A garage is part of the house. [park=true]", "No parking space. [park=false]"],
   ["Available from {from}.", "Free from {from}.", "You can move in on {from}.", "Move in: {from}"],
   ["Contact {who}.", "Ask for {who}.", "Agent: {who}", "@sign {who}"])

domain("travel", {
    "who": (person, "passenger traveller name guest traveler passenger_name"),
    "no": (flight, "flight flight_number train number connection service"),
    "from": (city, "from origin departure_city departure departs_from start"),
    "to": (city, "to destination arrival_city arrival arrives_in going_to"),
    "dep": (time, "departure_time departs leaves_at time start_time"),
    "arr": (time, "arrival_time arrives lands_at end_time"),
    "day": (date, "date travel_date day departure_date"),
    "gate": (gate, "gate platform departure_gate track"),
    "seat": (lambda r: Value(f"{r.randint(1, 40)}{r.choice('ABCDEF')}"), "seat seat_number place"),
    "late": (integer_between(5, 180), "delay delay_minutes minutes_late late_by"),
    "price": (money, "price fare cost ticket_price"),
    "ret": (BOOL, "return_trip return round_trip"),
    "class": (Literal("economy business first", "first second"), "class cabin travel_class"),
}, ["{no} from {from} to {to} leaves at {dep}.", "Flight {no}: {from} - {to}, {dep} to {arr}", "{no} goes from {from} to {to} on {day}.", "On {day} the {no} departs {from} at {dep} and reaches {to} at {arr}.", "From {from} to {to} on {day}, departure {dep}, arrival {arr}",
    "Train {no} to {to} starts in {from} at {dep}.", "I am flying to {to} from {from} with {no} at {dep}.", "From: {from}\nTo: {to}\nDate: {day}\nNumber: {no}"],
   ["It leaves from gate {gate}.", "Gate {gate}", "Please go to gate {gate}.", "Platform {gate}", "Gate: {gate}"],
   ["Your seat is {seat}.", "Seat {seat}", "You sit in {seat}."],
   ["It is delayed by {late} minutes.", "Delay: {late} min", "We are {late} minutes late.", "Expect a delay of {late} minutes."],
   ["Passenger: {who}", "The ticket is for {who}.", "Traveller {who}", "Dear {who},"],
   ["The fare is {price}.", "Price: {price}", "The ticket costs {price}."],
   ["This is a return ticket. [ret=true]", "One way only. [ret=false]", "Return trip included. [ret=true]", "No return. [ret=false]"],
   ["Class: {class}", "You travel in {class} class.", "{class} class ticket"])

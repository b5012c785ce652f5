"""Texts for the made-up sets: a fact, a question for it in other words, and a text that has the question's words."""

FACTS: tuple[tuple[str, str, str], ...] = (
    (
        "Bread rises because yeast turns sugar into carbon dioxide, which stretches the gluten.",
        "Why does dough get bigger before baking?",
        "A bigger oven is better for baking, and the dough should not touch its walls.",
    ),
    (
        "Cut the stems of roses at an angle and change the water every second day.",
        "How can I keep flowers fresh for longer in a vase?",
        "Fresh paint on a vase should dry for longer than a day.",
    ),
    (
        "The museum opens its doors at ten, except on Mondays, when it stays shut.",
        "When may visitors enter the gallery?",
        "Visitors who enter the competition may win a gallery book.",
    ),
    (
        "Brakes that squeal usually have worn pads and should be looked at soon.",
        "My car makes a shrill noise when I slow down, what is wrong?",
        "A slow car may be wrong for the motorway, whatever noise the radio makes.",
    ),
    (
        "Tenants must give three months' notice before they leave the flat.",
        "How early do I have to tell my landlord that I am moving out?",
        "The landlord is moving the early meeting and will tell everybody out of courtesy.",
    ),
    (
        "A child with a fever should drink a lot and stay in bed.",
        "What helps when my daughter has a high temperature?",
        "High temperature steel helps when my workshop has daughter companies.",
    ),
    (
        "The train to the coast leaves from platform nine every half hour.",
        "How often can I travel to the seaside by rail?",
        "The rail of the seaside balcony can be painted as often as needed.",
    ),
    (
        "Wool shrinks in hot water, so wash jumpers by hand in a lukewarm bath.",
        "How should I clean my sweater so that it does not get smaller?",
        "A smaller brush is used to clean the machine, so that it does not get stuck.",
    ),
    (
        "Bees dance to tell the others in which direction nectar is to be found.",
        "How do insects share where food is?",
        "Insects in food are a reason for the share of complaints, wherever they come from.",
    ),
    (
        "Salt lowers the freezing point, which is why it is spread on icy roads.",
        "What makes frozen streets safe in winter?",
        "Safe driving in winter makes streets less crowded.",
    ),
    (
        "The library lends films for one week and fines late borrowers.",
        "How long may I keep a DVD, and what if I bring it back too late?",
        "It is too late to bring a DVD player back to the shop if the box is missing.",
    ),
    (
        "Potatoes turn green and bitter when they lie in the light.",
        "Where should I store tubers so that they stay tasty?",
        "The store should stay open so that shoppers find tasty snacks.",
    ),
    (
        "The moon pulls at the oceans, and the water piles up on two sides of the earth.",
        "What causes the tides?",
        "The causes of the strike were discussed while the tides of opinion changed.",
    ),
    (
        "Passwords ought to be long; a sentence is easier to remember than a jumble.",
        "How do I choose a good secret for my account?",
        "A good account of a secret choice is given in the novel.",
    ),
    (
        "Old batteries go into the red box at the supermarket, never into the bin.",
        "How do I get rid of used cells?",
        "Prison cells used to be rid of windows.",
    ),
    (
        "Cats sleep up to sixteen hours a day and hunt at dusk.",
        "Why is my kitty resting all the time?",
        "All the time my neighbour is resting his ladder on our fence.",
    ),
    (
        "Vaccines teach the immune system to recognise a germ before it does harm.",
        "How does an injection protect me from getting ill?",
        "An ill wind does not protect the injection moulding plant from getting dust.",
    ),
    (
        "Glaciers scraped out the valley during the last ice age.",
        "How was this landscape formed?",
        "This form was filled in for a landscape painting course.",
    ),
    (
        "To sharpen a knife, draw it across the stone at twenty degrees.",
        "My blade is blunt, what can I do?",
        "Blunt words can do harm, what else is a critic's blade?",
    ),
    (
        "The heart of a runner beats more slowly at rest than that of others.",
        "Do athletes have a lower pulse?",
        "Athletes have a lower entrance fee, do bring your card.",
    ),
    (
        "Mushrooms should be picked only by those who can tell the deadly ones apart.",
        "Is it dangerous to gather fungi in the woods?",
        "It is dangerous to gather speed in the woods on a bicycle.",
    ),
    (
        "Invoices are paid within thirty days after they arrive.",
        "How fast do you settle bills?",
        "How fast birds settle on their bills is a riddle.",
    ),
    (
        "Plants on the windowsill need less water while the days are short.",
        "Should I give my indoor greenery a drink as often in December?",
        "Should the December party be indoor, often a drink is what guests give praise for.",
    ),
    (
        "The ferry does not sail when the wind is stronger than force eight.",
        "Are crossings cancelled in a storm?",
        "Cancelled cheques in a storm of paper are crossings out.",
    ),
    (
        "An onion makes you weep because cutting it sets a sulphurous gas free.",
        "Why do my eyes water in the kitchen?",
        "Why the kitchen water meter has two eyes nobody knows.",
    ),
    (
        "Swallows spend the cold months south of the Sahara.",
        "Where do migrating birds go in winter?",
        "Winter coats go where birds cannot nest in them.",
    ),
    (
        "The guarantee covers faults of manufacture for two years, not damage by water.",
        "Will you repair my phone for free after I dropped it in the sink?",
        "Free phone calls will stop after the sink is dropped off.",
    ),
    (
        "Coffee keeps people awake by blocking the substance that makes them drowsy.",
        "How does caffeine stop tiredness?",
        "The bus stop does not show tiredness of its paint, how nice.",
    ),
    (
        "A mortgage with a fixed rate costs the same every month until it ends.",
        "Which home loan has predictable instalments?",
        "The home team has predictable instalments of its fan magazine on loan.",
    ),
    (
        "Concrete hardens by a reaction with water, not by drying.",
        "Why does cement set even under the sea?",
        "Under the sea even a chess set needs weight.",
    ),
    (
        "Pupils who arrive after eight report to the office first.",
        "What do schoolchildren do when they are late?",
        "Late apples are what schoolchildren like when they do sports.",
    ),
    (
        "Sheepdogs need a task and several hours outside each day.",
        "Is a collie suitable for a small apartment?",
        "A small apartment is suitable for a collection of stamps.",
    ),
    (
        "The court held that the firm had to pay for the harm its product did.",
        "Was the manufacturer liable for injuries?",
        "The manufacturer was out of town for injuries of pride.",
    ),
    (
        "Fold the egg whites in last, or the mousse will be flat.",
        "How do I make a dessert that is airy?",
        "How to make an airy loft of a desert store.",
    ),
    (
        "Sunlight has the skin make vitamin D.",
        "Why is being outdoors healthy for bones?",
        "Bones of dinosaurs being found outdoors is why tourists come.",
    ),
    (
        "The violin is tuned in fifths, beginning with the A.",
        "How do I adjust the strings of my fiddle?",
        "My fiddle yard has strings of railway cars, adjust the points.",
    ),
    (
        "Frost splits rocks, because water takes more room when it freezes.",
        "Why do stones crack in cold weather?",
        "Cold weather and stones crack jokes in the cartoon.",
    ),
    (
        "Whoever cancels a week ahead gets the whole fare back.",
        "Can I have a refund if my holiday plans change?",
        "Holiday plans change if I have no refund form, can you wait?",
    ),
    (
        "Octopuses change their colour within a second to hide from hunters.",
        "How do sea animals camouflage themselves?",
        "The camouflage shop sells toys of sea animals themselves.",
    ),
    (
        "Compost is ready when it smells of forest and crumbles in the hand.",
        "How do I know that my kitchen waste has turned into soil?",
        "I know that my kitchen has turned into a waste of money.",
    ),
)

MATERIALS = ("brass", "rubber", "steel", "oak", "copper", "nylon", "glass", "cork", "bronze", "felt", "zinc", "leather")
PLACES = (
    "cooling pump",
    "front door",
    "upper hall",
    "feed belt",
    "boiler room",
    "left tower",
    "garden shed",
    "main gear",
    "roof window",
    "oil tank",
    "old archive",
    "control desk",
)
SYMPTOMS = (
    "runs hot",
    "drips at the lower seal",
    "stops without a warning",
    "hums in the night",
    "loses pressure slowly",
    "shakes at full speed",
    "does not start in the cold",
    "smells of burning",
)

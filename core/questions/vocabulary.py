"""The words that questions are made of. Stems, in lower case."""

REWRITES = (
    (r"\bbox[- ]?and[- ]?whiskers?\b|\bbox[- ]?plots?\b", "boxplot"),
    (r"\bscatter[- ]?(plot|chart|diagram)s?\b", "scatterplot"),
    (r"\bbar[- ]?(plot|chart|graph|diagram)s?\b", "barchart"),
    (r"\bline[- ]?(plot|chart|graph|diagram)s?\b", "linechart"),
    (r"\bpie[- ]?(plot|chart|graph|diagram)?s?\b", "piechart"),
    (r"\bheat[- ]?maps?\b", "heatmap"),
    (r"\bviolin[- ]?(plot|chart)?s?\b", "violinplot"),
    (r"\bover time\b|\bthrough time\b|\bwith time\b", "overtime"),
    (r"\b(did|do|does|is|are|was|were|has|have|had|could|would)n't\b", r"\1 not"),
    (r"\bnon[- ]?(?=\w)", "not "),
    (r"\boff[- ]?line\b", "not online"),
    (r"\bhow much\b", "howmuch"),
    (r"\bhow many\b", "howmany"),
    (r"\bnumber of\b|\bcount of\b|\bamount of (?=\w+s\b)", "howmany "),
    (r"\bper ?cent\b|%(?= of\b)", "percentage"),
    (r"\bproportion\b|\bfraction\b|\bpart of the\b", "share of"),
    (r"\bstandard deviation\b|\bstd\.? ?dev\b", "stddev"),
    (r"\bat least\b|\bno less than\b|\bnot less than\b|\bminimum of\b|>=", "atleast"),
    (r"\bat most\b|\bno more than\b|\bnot more than\b|\bup to\b|\bmaximum of\b|<=", "atmost"),
    (r"\bmost (common|frequent|popular|often)\b", "mostcommon"),
    (r"\bleast (common|frequent|popular|often)\b", "leastcommon"),
    (r"\bbest[- ]selling\b|\btop[- ]selling\b", "bestselling"),
    (r"\bmost expensive\b", "priciest"),
    (r"\bleast expensive\b", "cheapest"),
    (r"\bmore expensive\b", "pricier"),
    (r"\bless expensive\b", "cheaper"),
    (r"\byears? old\b|\bof age\b", "yearsold"),
    (r"\bfor each\b|\bin each\b|\bof each\b|\bfor every\b|\bin every\b|\bof every\b|\bgrouped by\b|\bbroken down by\b"
     r"|\bsplit by\b|\bwithin each\b|\bdepending on\b", "by"),
    (r"\bversus\b|\bvs\b\.?|\bcompared (to|with)\b", "versus"),
    (r"\bother than\b|\bapart from\b", "except"),
    (r"\bdays? of( the)? week\b", "weekday"),
)  # fmt: skip
"""What is brought into one spelling before a question is cut into words."""

_SAME = (
    ("price", "cost", "amount", "value"),
    ("age", "old", "yearsold"),
    ("survived", "survivor", "survival", "survive", "alive"),
    ("sex", "gender"),
    ("fare", "paid", "price"),
    ("revenue", "sale", "turnover", "income", "earning"),
    ("unit", "quantity", "qty", "item", "piece"),
    ("sold", "ordered"),
    ("embarked", "port", "embarkation", "boarding", "boarded"),
    ("neighborhood", "neighbourhood", "district", "quarter", "area"),
    ("area", "size", "surface"),
    ("hour", "time", "duration"),
    ("response", "reply"),
    ("satisfaction", "rating", "score"),
    ("salary", "wage", "pay", "earning"),
    ("bedroom", "bed"),
    ("bath", "bathroom"),
    ("created", "opened", "creation"),
    ("closed", "resolved", "solved"),
    ("country", "nation"),
    ("city", "town"),
    ("kind", "type", "sort"),
    ("built", "constructed", "construction"),
    ("charge", "cost", "bill"),
    ("left", "quit", "leaver", "churn"),
    ("region", "territory"),
    ("date", "day"),
    ("customer", "client"),
    ("weight", "heavy"),
    ("height", "tall"),
    ("sibsp", "sibling", "spouse"),
    ("parch", "parent", "child"),
)

SYNONYMS: dict[str, frozenset[str]] = {}
for _group in _SAME:
    for _word in _group[:1]:
        SYNONYMS[_word] = SYNONYMS.get(_word, frozenset()) | frozenset(_group[1:])

VALUE_WORDS: dict[str, frozenset[str]] = {
    "female": frozenset({"woman", "women", "girl", "lady", "f", "w"}),
    "male": frozenset({"man", "men", "boy", "gentleman", "gentlemen", "m"}),
    "woman": frozenset({"female", "women", "lady"}),
    "man": frozenset({"male", "men"}),
    "f": frozenset({"female", "woman", "women"}),
    "m": frozenset({"male", "man", "men"}),
    "yes": frozenset({"true", "y"}),
    "no": frozenset({"false", "n"}),
    "single": frozenset({"unmarried"}),
    "smoker": frozenset({"smoking"}),
}
"""A value in the data, and words that people use for it."""

NEGATED_FLAGS: dict[str, frozenset[str]] = {
    "survived": frozenset({"died", "dead", "die", "perished", "victim", "drowned", "deceased"}),
    "left": frozenset({"stayed", "remained"}),
    "active": frozenset({"inactive"}),
    "married": frozenset({"single", "unmarried"}),
}
"""A yes/no column, and words for its no."""

WEAK_NAME_WORDS = frozenset(
    {"is", "has", "id", "at", "on", "num", "no", "number", "type", "name", "flag", "of", "the", "code"}
)
"""Words of a column's name that a question may leave out."""

STOP_WORDS = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
    }
    | {"be", "been", "being", "do", "does", "did", "has", "have", "had", "there", "here", "it", "its", "this", "that"}
    | {
        "these",
        "those",
        "who",
        "whom",
        "what",
        "which",
        "when",
        "where",
        "how",
        "why",
        "me",
        "my",
        "us",
        "we",
        "i",
        "you",
    }
    | {
        "please",
        "can",
        "could",
        "would",
        "will",
        "should",
        "may",
        "show",
        "tell",
        "give",
        "find",
        "get",
        "list",
        "display",
    }
    | {
        "see",
        "want",
        "know",
        "need",
        "like",
        "all",
        "any",
        "every",
        "each",
        "some",
        "they",
        "them",
        "their",
        "she",
        "he",
    }
    | {"her", "his", "as", "if", "than", "then", "so", "just", "only", "also", "about", "into", "such", "own", "over"}
    | {"per", "among", "between", "across", "within", "during", "one", "ones", "made", "make", "let", "s", "out", "up"}
    | {"overall", "whole", "entire", "exactly", "many", "much", "more", "most", "came", "come", "go", "look", "looks"}
    | {
        "still",
        "ever",
        "yet",
        "now",
        "currently",
        "answer",
        "question",
        "calculate",
        "compute",
        "respectively",
        "using",
    }
)

ENTITY_WORDS = frozenset(
    {"row", "record", "entry", "case", "observation", "person", "people", "data", "dataset", "table", "sample", "item"}
    | {"thing", "line", "individual", "example", "instance", "occurrence", "member", "them", "passenger", "user"}
)
"""Words for a row, whatever the table is about."""

AVERAGE = frozenset({"average", "mean", "avg", "typical", "typically", "averaged", "expected"})
MEDIAN = frozenset({"median"})
TOTAL = frozenset({"total", "sum", "overall", "altogether", "combined", "summed"})
SPREAD = frozenset({"stddev", "spread", "sd", "deviation", "std"})
SMALLEST = frozenset({"min", "minimum", "smallest", "lowest", "least", "fewest", "worst", "minimal"})
LARGEST = frozenset({"max", "maximum", "largest", "highest", "biggest", "greatest", "most", "best", "maximal", "peak"})
COUNT = frozenset({"howmany", "count", "counts", "number", "frequency", "frequencies"})
SHARE = frozenset({"share", "percentage", "rate", "ratio", "percent", "proportion"})
DISTINCT = frozenset({"distinct", "different", "unique", "separate"})
SUMMARY = frozenset({"summary", "statistics", "stats", "summarise", "summarize"})
RANGE = frozenset({"range"})

SUPERLATIVES: dict[str, tuple[str, bool]] = {
    "oldest": ("age", True),
    "youngest": ("age", False),
    "cheapest": ("price", False),
    "priciest": ("price", True),
    "longest": ("duration", True),
    "shortest": ("duration", False),
    "fastest": ("duration", False),
    "slowest": ("duration", True),
    "heaviest": ("weight", True),
    "lightest": ("weight", False),
    "tallest": ("height", True),
    "largest": ("size", True),
    "biggest": ("size", True),
    "smallest": ("size", False),
    "richest": ("price", True),
    "newest": ("when", True),
    "latest": ("when", True),
    "recent": ("when", True),
    "earliest": ("when", False),
}
"""A word, what it speaks of, and whether more comes first."""

COMPARATIVES: dict[str, tuple[str, str]] = {
    "older": ("age", "more"),
    "younger": ("age", "less"),
    "cheaper": ("price", "less"),
    "pricier": ("price", "more"),
    "longer": ("duration", "more"),
    "shorter": ("duration", "less"),
    "heavier": ("weight", "more"),
    "lighter": ("weight", "less"),
    "taller": ("height", "more"),
    "newer": ("when", "more"),
    "later": ("when", "more"),
    "earlier": ("when", "less"),
}

CONCEPTS: dict[str, tuple[str, ...]] = {
    "age": ("age", "old"),
    "price": ("price", "fare", "cost", "charge", "amount", "revenue", "salary", "value"),
    "size": ("area", "size", "surface", "revenue", "amount", "population"),
    "duration": ("duration", "hour", "minute", "second", "time", "length", "day"),
    "weight": ("weight", "mass"),
    "height": ("height", "tall"),
    "when": ("date", "created", "time", "year"),
    "units": ("unit", "quantity", "qty", "sold", "count"),
}
"""What a comparing word speaks of, and the words of columns that hold it, the likelier first."""

MORE = frozenset(
    {"more", "greater", "higher", "larger", "above", "exceeding", "bigger", ">", "exceeds", "exceed", "beyond"}
)
LESS = frozenset({"less", "fewer", "lower", "smaller", "below", "under", "<"})
AT_LEAST = frozenset({"atleast"})
AT_MOST = frozenset({"atmost"})
AFTER = frozenset({"after"})
BEFORE = frozenset({"before", "until", "prior"})
SINCE = frozenset({"since", "from"})
NEGATIONS = frozenset({"not", "no", "without", "never", "non", "except", "excluding", "lacking", "lack"})
MISSING = frozenset({"missing", "empty", "blank", "unknown", "null", "absent", "nan"})
KNOWN = frozenset({"known", "present", "given", "filled", "recorded", "available"})
AMONG = frozenset({"among", "amongst", "within", "for", "in", "of", "between"})

SUM_WORDS = frozenset(
    {
        "revenue",
        "sale",
        "unit",
        "quantity",
        "qty",
        "amount",
        "count",
        "cost",
        "profit",
        "population",
        "turnover",
    }
    | {"income", "spend", "spending", "volume", "sold", "visit", "click", "order"}
)
"""Words of columns whose values add up: the most of them is the largest sum, not the largest mean."""

TIME_UNITS: dict[str, str] = {
    "year": "year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
    "quarter": "quarter",
    "quarterly": "quarter",
    "month": "month",
    "monthly": "month",
    "week": "week",
    "weekly": "week",
    "day": "day",
    "daily": "day",
    "hour": "hour",
    "hourly": "hour",
    "weekday": "weekday",
}

MONTHS = {
    word: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for word in names
}

ADULT_WORDS: dict[str, tuple[str, float]] = {
    "child": ("less", 18),
    "children": ("less", 18),
    "kid": ("less", 18),
    "minor": ("less", 18),
    "adult": ("at_least", 18),
    "senior": ("at_least", 65),
    "baby": ("less", 2),
    "babies": ("less", 2),
    "infant": ("less", 2),
    "teenager": ("between", 13),
}
"""Words for people of an age, for tables that have an age in years."""

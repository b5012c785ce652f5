"""Words, numbers and names of a text, in a form in which two texts can be compared."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[._'’/-][^\W_]+)*|[^\W_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Scripts that are written without spaces between words."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?:\d{1,3}(?:[,\u00a0\u202f\u2009' ]\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w]*_)"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•|\n]|^[-*–])\s*[\"'“‘(`]*$")
_LETTER = re.compile(r"(?<=[^\W_] )\b([A-HJ-Z])\b(?!['’.]\w)")
"""A single capital that names something: valve A, group B."""
_NAME = re.compile(r"[^\W_][\w.'’/-]*[\w]|[^\W\d_]")

_UNITS = "zero _ two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_MORE_UNITS = "seventeen eighteen nineteen twenty"
_TENS = "thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: str(value) for value, word in enumerate(f"{_UNITS} {_MORE_UNITS}".split()) if word != "_"} | {
    word: str(10 * value) for value, word in enumerate(_TENS.split(), start=3)
}
"""``one`` is left out: it is a pronoun more often than a number."""

_STOP = """
    a an the and or but if then than so as of at by for from in into on onto to with within without about above
    after again against all also am any are aren't around be because been before being below between both can can't
    cannot could couldn't did didn't do does doesn't doing don't down during each either else ever every few get
    gets give given go goes had has hasn't have haven't having he her here hers him his how i i'm is isn't it it's
    its itself just let like made make makes many may me might mine more most much must my neither no nor not now
    off once one only other others our ours out over own please same shall she should since some something still
    such tell that that's their them there these they this those through too under until up upon us use used uses
    using very was wasn't way we well were weren't what what's when where whether which while who whom whose why
    will wish won't would wouldn't yes yet you your yours happen happens happened mean means explain describe say
    says show thing things called possible der die das den dem des ein eine einen einem einer eines und oder aber
    wie wer wann wo warum ist sind war kann können wird werden ich man mit von zu im auf für nicht es sie le la les
    un une du de et ou mais comment que quoi qui quand où pourquoi est sont peut je il elle avec pour dans pas ce
    cette el los las una unos y o pero cómo qué quién cuándo dónde por son puede con para en se lo"""
STOP_WORDS = frozenset(_STOP.split())
_NEGATIONS = """
    not no never none nothing nobody neither nor without cannot isn't aren't wasn't weren't don't doesn't didn't
    can't couldn't won't wouldn't shouldn't hasn't haven't hadn't mustn't nowhere hardly nicht kein keine keinen nie
    ohne ne pas jamais sans sin nunca ningún"""
NEGATIONS = frozenset(_NEGATIONS.split())
_OPPOSITES = """always/never all/none enabled/disabled enable/disable allowed/refused allowed/forbidden allow/refuse
increase/decrease increases/decreases rise/fall rises/falls higher/lower high/low more/less most/least larger/smaller
before/after maximum/minimum max/min required/optional true/false success/failure online/offline accept/refuse
accepted/refused accepts/refuses include/exclude includes/excludes supported/unsupported public/private open/closed
first/last start/stop starts/stops faster/slower longer/shorter better/worse ascending/descending above/below
at_most/at_least newest/oldest earlier/later inside/outside with/without read-only/writable kept/deleted kept/removed
permitted/forbidden mandatory/optional left/right top/bottom upper/lower early/late import/export"""
OPPOSITES: dict[str, frozenset[str]] = {}
for _pair in _OPPOSITES.split():
    _one, _other = _pair.split("/")
    OPPOSITES[_one] = OPPOSITES.get(_one, frozenset()) | {_other}
    OPPOSITES[_other] = OPPOSITES.get(_other, frozenset()) | {_one}

_ENDINGS = ("ational", "ization", "isation", "ations", "ation", "ments", "ment", "ings", "ing", "ness", "edly", "ies")
_SHORT_ENDINGS = ("ed", "es", "ly", "s", "er", "ers", "e")


def normal(text: str) -> str:
    """``text`` in one form of Unicode, lower case, with plain apostrophes and single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def words(text: str) -> list[str]:
    """The words of a text in its order, lower case; runs of scripts without spaces as pairs of characters."""
    found: list[str] = []
    for match in _WORD.finditer(_THOUSANDS.sub("", normal(text))):
        word = match.group()
        if _WIDE.search(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        else:
            found.append(word)
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its English endings, so that its forms compare equal.

    Example:
        >>> stem("trained"), stem("training"), stem("trains")
        ('train', 'train', 'train')
    """
    word = word.removesuffix("'s").strip("'")
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _without_double(word[: -len(ending)])
    for ending in _SHORT_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            return _without_double(word[: -len(ending)])
    return word


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in the order of the text; numbers in digits.

    Example:
        >>> content_stems("Valve A is opened for twelve seconds")
        ['valv', 'letter_a', 'open', '12', 'second']
    """
    marked = _LETTER.sub(r"letter_\1", text)
    found = []
    for word in words(marked):
        if word not in STOP_WORDS:
            found += [word] if word.startswith("letter_") else [_stem(part) for part in _parts(word)]
    return found


def _stem(word: str) -> str:
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    return _number(word) if word[0].isdigit() and word.replace(".", "").isdigit() else stem(word)


def coverage(wanted: Iterable[str], there: Iterable[str]) -> float:
    """Share of ``wanted`` that is also ``there``; 0 when nothing is wanted."""
    unique = set(wanted)
    return len(unique & set(there)) / len(unique) if unique else 0.0


def numbers_in(text: str) -> list[str]:
    """The numbers of a text in one spelling, written out or in digits.

    Example:
        >>> numbers_in("8,000 rows in twelve files, 2.50 each")
        ['8000', '12', '2.5']
    """
    found: list[tuple[int, str]] = []
    plain = unicodedata.normalize("NFKC", text)
    for match in _NUMBER.finditer(plain):
        found.append((match.start(), _number(match.group())))
    for match in re.finditer(r"[^\W\d_]+", plain):
        if (value := NUMBER_WORDS.get(match.group().casefold())) is not None:
            found.append((match.start(), value))
    return [value for _, value in sorted(found)]


def names_in(text: str) -> list[str]:
    """Words that name something: capitalised inside a sentence, in capitals, or with digits and signs inside.

    Example:
        >>> names_in("The worker asks Redis for PRAXIS_HOME and model_v2.")
        ['redis', 'praxis_home', 'model_v2']
    """
    found = []
    plain = unicodedata.normalize("NFKC", text)
    for match in _NAME.finditer(plain):
        word = match.group()
        is_start = bool(_SENTENCE_START.search(plain[: match.start()]))
        if _is_name(word, is_start=is_start):
            found.append(word.casefold().removesuffix("'s"))
    return found


def polarity(text: str) -> int:
    """How many negations a text has."""
    return sum(word in NEGATIONS or word.endswith("n't") for word in words(text))


def opposed(one: str, other: str) -> tuple[str, str] | None:
    """A word of ``one`` whose opposite stands in ``other`` while it does not itself; None without any."""
    there, here = set(words(other)), set(words(one))
    for word in here - there:
        for opposite in OPPOSITES.get(word, frozenset()):
            if opposite in there and opposite not in here:
                return word, opposite
    return None


def _parts(word: str) -> list[str]:
    """The word itself; a compound also in its parts."""
    if any(sign in word for sign in "-/_."):
        return [word, *(part for part in re.split(r"[-/_.]", word) if len(part) > 1 and part not in STOP_WORDS)]
    return [word]


def _without_double(word: str) -> str:
    word = word.removesuffix("e")
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


def _number(written: str) -> str:
    digits = re.sub(r"[,\u00a0\u202f\u2009' ]", "", written.replace("−", "-")).removeprefix("+")
    try:
        value = float(digits)
    except ValueError:
        return digits
    return f"{value:.10g}"


def _is_name(word: str, *, is_start: bool) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    if not letters or _WIDE.search(word):
        return False
    if len(letters) > 1 and all(sign.isupper() for sign in letters):
        return True
    if "_" in word or (any(sign.isdigit() for sign in word) and not word[0].isdigit()):
        return True
    if any(sign.isupper() for sign in word[1:]):
        return True
    return word[0].isupper() and not is_start and len(word) > 1 and word.casefold() not in STOP_WORDS

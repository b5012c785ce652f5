"""Where sentences begin and end, in many languages, without a model: one pass over the ends that are possible."""

import re

_CLOSING = "\"'”’»›)\\]}」』）】〉》＂"
_END = re.compile(
    rf"(?P<dot>(?:\.{{1,6}}|…)[{_CLOSING}]*(?:[\xa0\u202f]»)?(?=\s|\Z))"
    rf"|(?P<sign>[!?‽⁇⁈⁉]+[!?.]*[{_CLOSING}]*(?:[\xa0\u202f]»)?(?=\s|\Z))"
    rf"|(?P<full>[。！？｡．⁈]+(?:[{_CLOSING}]+(?![ぁ-ゟ]))?(?![{_CLOSING}]))"
    rf"|(?P<other>[؟۔।॥።፧።։។៕၊။܀᠃᱾]+[{_CLOSING}]*)"
    r"|(?P<blank>\n[^\S\n]*\n\s*)"
    r"|(?P<line>\n(?=[^\S\n]*(?:[-*•◦▪‣–]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s|\[|[{}]|\d{4}-\d\d|[#>|$]|\t| {4})))"
)
"""Everything that may end a sentence: signs of many scripts, blank lines, and lines that begin a list or a table."""
_ROW = re.compile(r"\n")

_NEVER = (
    # Titles and words that always stand before something else, by language.
    "mr mrs ms mx dr prof st rev hon gen sgt capt lt cmdr gov sen rep pres messrs "
    "vs cf e.g i.e viz approx vol vols pp eds fig figs eq eqs ch chap "
    "hr fr frl dipl ing geb bzw ca evtl ggf inkl exkl zzgl z.b u.a d.h s.o s.u v.a i.d.r o.g sog vgl nr abb "
    "anm aufl hrsg jh jhd mio mrd tel "
    "mm mme mlle mgr p.ex c.-à-d "
    "sr sra srta ud uds p.ej núm pág págs "
    "sig.ra dott ing avv pag "
    "dhr mevr drs bijv d.w.z o.a blz "
    "г гг г-н т.е т.к т.н им ул д стр рис табл см "
    "np tzw tj pkt dz tzn např bl.a t.ex f.eks dvs kl"
)
_OFTEN = (
    # Words that may also end a sentence: they do when a capital follows.
    "etc usw usf inc ltd co corp llc bros jr dept est a.m p.m ph.d m.d b.a m.a "
    "jan feb mar apr jun jul aug sep sept oct nov dec т.д т.п др itd itp atd o.ä u.ä"
)
_NUMBERED = "no nos art app tab sec ref refs str bd p ed col al abs ul"
"""Words that end a sentence unless a number follows: no. 5, p. 12."""
_MONTHS = (
    "januar februar märz april mai juni juli august september oktober november dezember jänner "
    "januari februari mars maj juni juli augusti oktober december január február marec máj jún júl "
    "ledna února března dubna května června července srpna září října listopadu prosince "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
    "tammikuuta jahrhundert jh etage klasse auflage stock"
)
_NEVER_ENDS, _OFTEN_ENDS, _BEFORE_NUMBER, _COUNTED = (
    frozenset(words.split()) for words in (_NEVER, _OFTEN, _NUMBERED, _MONTHS)
)
_LAST_WORD = re.compile(r"[^\s(\[{\"'“„«‘]*$")
_NEXT = re.compile(r"\s*[\"'“„«‘(\[¿¡]*\s*(\w+)?")
_REACH = 40
"""Characters before a dot that are looked at: no abbreviation is longer."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    r"""Start and end of each sentence, ascending, without the white space around them.

    Every character that is not white space is in one sentence. Lines that begin a list item or a row count as
    sentences of their own, as do the lines of tables (``a | b``).

    Example:
        >>> text = "Dr. Smith paid $3.50. She left at 5 p.m. today! 你好。再见。"
        >>> [text[start:end] for start, end in split_sentences(text)]
        ['Dr. Smith paid $3.50.', 'She left at 5 p.m. today!', '你好。', '再见。']
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if end.start() < start:
            continue
        if end.lastgroup == "dot" and not _dot_ends(text, end):
            continue
        if end.lastgroup == "sign" and _next_is_small(text, end.end()):
            continue
        _add(text, start, end.end(), found)
        start = end.end()
    _add(text, start, len(text), found)
    return found


def split_rows(text: str) -> list[tuple[int, int]]:
    """Start and end of each line that is not blank: the rows of a table, the lines of code."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in [*(line.start() for line in _ROW.finditer(text)), len(text)]:
        if line := text[start:end].rstrip():
            found.append((start, start + len(line)))
        start = end + 1
    return found


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    """Take in a stretch without the white space around it; rows of tables in it one by one."""
    if " | " in text[start:end] and "\n" in text[start:end]:
        begun = start
        for first, last in split_rows(text[start:end]):
            if " | " in text[start + first : start + last]:
                _add_stripped(text, begun, start + first, found)
                _add_stripped(text, start + first, start + last, found)
                begun = start + last
        start = begun
    _add_stripped(text, start, end, found)


def _add_stripped(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if start < end:
        found.append((start, end))


def _dot_ends(text: str, end: re.Match[str]) -> bool:
    """Whether a dot, or several, end a sentence."""
    if end.end() == len(text):
        return True
    if _next_is_small(text, end.end()):
        return False
    dots = end["dot"]
    if not dots.startswith(".") or dots.startswith(".."):
        return True
    if len(dots) > 1:  # a quotation or bracket was closed
        return True
    word_match = _LAST_WORD.search(text, max(0, end.start() - _REACH), end.start())
    word = word_match[0] if word_match is not None else ""
    return _word_ends(word, text, end)


def _word_ends(word: str, text: str, end: re.Match[str]) -> bool:
    """Whether the dot behind a word ends a sentence."""
    small = word.lower()
    if small in _OFTEN_ENDS:
        return True
    if small in _NEVER_ENDS:
        return False
    following = _NEXT.match(text, end.end())
    after = following[1] if following is not None and following[1] else ""
    if small in _BEFORE_NUMBER:
        return not after[:1].isdigit()
    if word.isdigit():
        begins_line = (
            not text[max(0, end.start() - len(word) - 8) : end.start() - len(word)].rpartition("\n")[2].strip()
        )
        return not (len(word) <= 3 and begins_line) and not (len(word) <= 2 and after.lower() in _COUNTED)
    if len(word) == 1 and word.isalpha() and word.isupper():  # an initial: J. Smith
        return not after[:1].isupper() or word == "I"
    if len(word) == 1 and word.isalpha() and len(after) == 1 and after.isalpha():  # z. B., p. ej. and the like
        return False
    # Several initials: U.N., B.B. King
    return not (re.fullmatch(r"(?:\w\.)+-?\w", word) and word.isupper() and after[:1].isupper())


def _next_is_small(text: str, at: int) -> bool:
    """Whether the next word begins with a small letter, so that the sentence goes on."""
    following = _NEXT.match(text, at)
    if following is None or following[1] is None or "\n\n" in following[0]:
        return False
    return following[1][0].islower()

"""A question while it is being read: which words are understood, and as what."""

from collections.abc import Collection, Iterable

from core.conditions import Condition
from core.questions.mentions import Mention, find_mentions
from core.questions.table import AskedColumn, AskedTable
from core.questions.vocabulary import CONCEPTS, NEGATIONS, STOP_WORDS, SUM_WORDS
from core.questions.words import Token, likeness, tokenize


class Reading:
    """The words of a question, with a mark on each that is understood."""

    def __init__(self, question: str, table: AskedTable, *, avoid: frozenset[tuple[int, str]] = frozenset()) -> None:
        self.table = table
        self.tokens: list[Token] = tokenize(question)
        self.used: set[int] = set()
        self.filters: list[Condition] = []
        self.filter_starts: list[int] = []
        """Where in the question each of ``filters`` begins."""
        self.notices: list[str] = []
        self.mentions: list[Mention] = find_mentions(self.tokens, table, avoid=avoid, reserved=self._reserved())
        self.surety = 1.0

    def _reserved(self) -> frozenset[int]:
        """Words that look like a column but are not meant as one: "sort by", "rows"."""
        words = {"row", "column", "missing", "table"}
        return frozenset(
            at
            for at, token in enumerate(self.tokens)
            if token.stem in words and not any(token.stem in column.words for column in self.table.columns)
        )

    # --- words ------------------------------------------------------------------------------------------------------

    def find(self, words: Collection[str], *, start: int = 0) -> int | None:
        """Position of the first unused word among ``words``."""
        for at in range(start, len(self.tokens)):
            token = self.tokens[at]
            if at not in self.used and (token.text in words or token.stem in words):
                return at
        return None

    def has(self, *words: str) -> bool:
        """Whether any of these words is in the question, used or not."""
        return any(token.text in words or token.stem in words for token in self.tokens)

    def word(self, at: int) -> str:
        """The word at a position; empty outside of the question."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def use(self, *positions: int) -> None:
        """Mark words as understood."""
        self.used.update(positions)

    def use_words(self, words: Iterable[str]) -> bool:
        """Mark every occurrence of ``words`` as understood; whether there was any."""
        wanted = frozenset(words)
        hits = [at for at, token in enumerate(self.tokens) if token.text in wanted or token.stem in wanted]
        self.use(*hits)
        return bool(hits)

    @property
    def unknown(self) -> list[str]:
        """Words that carry meaning and were not understood."""
        return [
            token.text
            for at, token in enumerate(self.tokens)
            if at not in self.used
            and token.text not in STOP_WORDS
            and token.stem not in STOP_WORDS
            and token.stem not in self.table.entity
            and token.text not in NEGATIONS
        ]

    # --- columns ----------------------------------------------------------------------------------------------------

    def take(self, mention: Mention) -> AskedColumn:
        """Use a mention; its column."""
        self.use(*range(mention.start, mention.end))
        self.surety = min(self.surety, mention.score)
        return mention.column

    def free_columns(self) -> list[Mention]:
        """Mentions of columns that are not used yet."""
        return [one for one in self.mentions if not one.is_value and one.start not in self.used]

    def free_values(self) -> list[Mention]:
        """Mentions of values that are not used yet."""
        return [one for one in self.mentions if one.is_value and one.start not in self.used]

    def column_at(self, at: int) -> Mention | None:
        """The unused mention of a column that covers a position, small words before it skipped."""
        while self.word(at) in ("the", "a", "an", "their", "its", "of", "each", "every", "all", "different"):
            at += 1
        return next((one for one in self.free_columns() if one.start <= at < one.end), None)

    def column_before(self, at: int, *, within: int = 4) -> Mention | None:
        """The nearest unused mention of a column that ends before a position."""
        near = [one for one in self.free_columns() if at - within <= one.end <= at]
        return near[-1] if near else None

    def column_after(self, at: int, *, within: int = 3) -> Mention | None:
        """The nearest unused mention of a column that begins after a position."""
        return next((one for one in self.free_columns() if at < one.start <= at + within), None)

    def concept(self, name: str) -> AskedColumn | None:
        """The column that a comparing word such as "older" speaks of."""
        wants_time = name == "when"
        for word in CONCEPTS[name]:
            for column in self.table.columns:
                fits = column.is_time if wants_time else column.is_numeric and not column.is_identifier
                if (fits or (wants_time and column.is_numeric)) and any(
                    likeness(word, one) >= 0.9 for one in column.words
                ):
                    return column
        return self.table.time if wants_time else None

    def is_negated(self, at: int) -> bool:
        """Whether a "not", "without" or the like stands just before a position; it is marked as understood."""
        for back in (1, 2, 3):
            if self.word(at - back) in NEGATIONS:
                self.use(at - back)
                return True
            if self.word(at - back) not in STOP_WORDS:
                return False
        return False

    # --- filters ----------------------------------------------------------------------------------------------------

    def keep(self, found: Condition, at: int) -> None:
        """Add a condition that begins at a position, unless it is there already."""
        if found not in self.filters:
            self.filters.append(found)
            self.filter_starts.append(at)

    @property
    def likely_sum(self) -> "AskedColumn | None":
        """The column whose total matters most, such as a revenue."""
        return next((column for column in self.table.columns if adds_up(column)), None)


def adds_up(column: AskedColumn) -> bool:
    """Whether the values of a column add up to something: units and revenue do, ages and prices do not."""
    return column.is_numeric and not column.is_identifier and bool(SUM_WORDS & set(column.words))

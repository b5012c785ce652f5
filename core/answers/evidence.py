"""The stretches of the numbered passages that may hold up a sentence, ready to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.answers.injection import overlaps
from core.answers.spec import NumberedPassage
from core.answers.units import Unit, units_of
from core.answers.words import content_stems, coverage, names_in, normal, numbers_in, words
from core.errors import Unavailable
from core.retrieval.spec import Encoder, Vectors

Cosines = np.ndarray[tuple[int], np.dtype[np.float32]]
"""One for each unit, shape (units,)."""
CosineTable = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Shape (texts, units)."""

MOST_EMBEDDED = 40
"""Units that are compared with a question by meaning; embedding one takes milliseconds."""
SHORT_UNIT = 6
"""Content words below which a stretch is embedded together with its heading: alone it says too little."""


@dataclass(frozen=True, eq=False)
class EvidenceUnit:
    """A unit of a passage and what a sentence is compared with."""

    number: int
    """Of its passage."""
    at: int
    """Its place within the passage, from 0."""
    unit: Unit
    passage: NumberedPassage = field(repr=False)

    @cached_property
    def stems(self) -> list[str]:
        """Its content words."""
        return content_stems(self.unit.text)

    @cached_property
    def heading_stems(self) -> frozenset[str]:
        """Content words of what it stands under."""
        return frozenset(content_stems(context_of(self.passage)))

    @cached_property
    def numbers(self) -> list[str]:
        """Its numbers."""
        return numbers_in(self.unit.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words and names, lower case."""
        return frozenset(words(self.unit.text)) | frozenset(names_in(self.unit.text))

    @property
    def text_for_embedding(self) -> str:
        """What its vector is made of."""
        heading = self.passage.hit.passage.heading
        if len(self.stems) >= SHORT_UNIT or not heading:
            return self.unit.text
        return f"{heading[-1]}: {self.unit.text}"


def context_of(passage: NumberedPassage) -> str:
    """Headings, title and file name of a passage: what its sentences need not repeat."""
    hit = passage.hit
    name = hit.file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("-", " ").replace("_", " ")
    return " ".join([*hit.passage.heading, hit.title, name, hit.collection_name])


class Evidence:
    """Every usable unit of some passages, with vectors where there is an encoder."""

    def __init__(self, passages: Sequence[NumberedPassage], encoder: Encoder | None = None) -> None:
        """Stretches that were found suspicious are no evidence for anything."""
        self.passages = tuple(passages)
        self.units = tuple(
            EvidenceUnit(passage.number, at, unit, passage)
            for passage in passages
            for at, unit in enumerate(units_of(passage.hit.passage.text, kind=passage.hit.passage.kind))
            if not overlaps(unit.start, unit.end, passage.suspicious) and not _is_heading(unit, passage)
        )
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}
        self.is_without_vectors = encoder is None
        """Whether texts are compared by their words alone."""

    def nearness(self, question: str) -> Cosines | None:
        """Cosines of a question and each unit; None when there is no encoder or it does not answer.

        Only the most promising units are embedded, by their passage and by the words they share with the question: the
        others count as unlike it.
        """
        wanted = content_stems(question)
        order = sorted(
            range(len(self.units)), key=lambda at: coverage(wanted, self.units[at].stems) - 0.1 * self.units[at].number
        )[-MOST_EMBEDDED:]
        found = self._compared([question], order)
        if found is None:
            return None
        cosines = np.zeros(len(self.units), dtype=np.float32)
        cosines[order] = found[0]
        return cosines

    def similarities(self, texts: Sequence[str]) -> CosineTable | None:
        """Cosines, shape (texts, units); None when there is no encoder or it does not answer."""
        return self._compared(texts, range(len(self.units)))

    def _compared(self, texts: Sequence[str], places: Sequence[int]) -> CosineTable | None:
        if self._encoder is None or self.is_without_vectors or not self.units or not texts:
            return None
        wanted = [self.units[at].text_for_embedding for at in places]
        # The overlap of passages brings many sentences twice.
        new = [text for text in dict.fromkeys([*wanted, *texts]) if text not in self._vectors]
        try:
            if new:
                self._vectors |= dict(zip(new, self._encoder.encode(new), strict=True))
        except Unavailable:
            self.is_without_vectors = True
            return None
        there = np.stack([self._vectors[text] for text in wanted])
        return np.asarray(np.stack([self._vectors[text] for text in texts]) @ there.T, dtype=np.float32)

    def of(self, number: int) -> tuple[EvidenceUnit, ...]:
        """The units of one passage."""
        return tuple(one for one in self.units if one.number == number)


def _is_heading(unit: Unit, passage: NumberedPassage) -> bool:
    """Whether a unit is only a heading that the passage stands under, or the title of its document."""
    return normal(unit.text) in {normal(one) for one in (*passage.hit.passage.heading, passage.hit.title)}

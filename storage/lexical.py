"""The search by words: each database brings candidates by its own index, and one BM25 ranks them alike."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from core.retrieval.bm25 import B, K1, WeighedQuestion, weigh
from storage.knowledge_tables import PassageRow
from storage.repositories.documents import BATCH

MOST_TERMS = 400
"""Different terms of a question that are looked up; of a longer one those that it has most often, then the longest."""
MOST_SEARCHED = 24
"""Terms that bring candidates: the rarest. All of them rank."""
MOST_VISITED = {"sqlite": 150_000, "postgresql": 40_000}
"""Entries of the index that one question reads, when it has rare terms: passages without any of these do not come
first anyway."""
SAMPLE = 400
"""Passages whose lengths are averaged."""

_LENGTH = "length(terms) - length(replace(terms, ' ', '')) + 1.0"


class LexicalIndex:
    """Passages by the words of a question. Of one transaction; statistics are those of the whole index."""

    def __init__(self, session: Session) -> None:
        self._session = session
        dialect = session.get_bind().dialect.name
        self._engine: _Sqlite | _PostgreSQL = _Sqlite(session) if dialect == "sqlite" else _PostgreSQL(session)
        self._weighed: tuple[tuple[str, ...], WeighedQuestion, dict[str, int]] | None = None

    def weigh(self, terms: Sequence[str]) -> WeighedQuestion:
        """What the terms of a question are worth here."""
        return self._weigh(terms)[0]

    def search(
        self,
        terms: Sequence[str],
        n: int,
        *,
        collection_ids: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Ids and BM25 scores of the best passages, best first; among equals the older one first.

        Args:
            terms: Of the question (``core.retrieval.terms``); anything is taken as a term, nothing as syntax.
            n: How many.
            collection_ids: Where to look; empty: everywhere.
            document_ids: Where to look; None: everywhere, empty: nowhere.
        """
        question, passages_with = self._weigh(terms)
        searched = _rarest(passages_with, MOST_VISITED[self._engine.name])
        if not searched or n < 1 or (document_ids is not None and not document_ids):
            return []
        weights = {term: question.weights[term] for term in searched}
        where = {"collection_id": collection_ids or None, "document_id": document_ids}
        candidates = self._engine.candidates(weights, question.average_length, 2 * n + 40, where)
        ranked = sorted((-question.score(held), key, passage_id) for key, passage_id, held in candidates)
        return [(passage_id, -score) for score, _, passage_id in ranked[:n]]

    def scores(self, terms: Sequence[str], passage_ids: Sequence[str]) -> dict[str, float]:
        """BM25 of given passages by id; 0 for one without any of the terms. Ids that do not exist are left out."""
        question, _ = self._weigh(terms)
        found = {}
        for first in range(0, len(passage_ids), BATCH):
            query = select(PassageRow.id, PassageRow.terms).where(
                col(PassageRow.id).in_(passage_ids[first : first + BATCH])
            )
            found |= {passage_id: question.score(held) for passage_id, held in self._session.exec(query)}
        return found

    def _weigh(self, terms: Sequence[str]) -> tuple[WeighedQuestion, dict[str, int]]:
        if self._weighed is None or self._weighed[0] != tuple(terms):
            counted = Counter(terms)
            kept = sorted(counted, key=lambda term: (-counted[term], -len(term), term))[:MOST_TERMS]
            passages_with = self._engine.passages_with(kept) if kept else {}
            question = weigh(
                [term for term in terms if term in set(kept)] if len(kept) < len(counted) else terms,
                n_passages=self._session.execute(text("SELECT count(*) FROM passage")).scalar_one(),
                passages_with=passages_with,
                average_length=self._average_length(),
            )
            self._weighed = (tuple(terms), question, passages_with)
        return self._weighed[1:]

    def _average_length(self) -> float:
        first, last = self._session.execute(text("SELECT min(key), max(key) FROM passage")).one()
        if first is None:
            return 1.0
        keys = range(first, last + 1, max(1, (last - first + 1) // SAMPLE))
        average = self._engine.average_length(keys)
        return float(average) if average else 1.0


class _Sqlite:
    """FTS5."""

    name = "sqlite"

    def __init__(self, session: Session) -> None:
        self._session = session

    def passages_with(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages have each term."""
        make = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.passage_vocabulary USING fts5vocab(main, passage_terms, row)"
        self._session.execute(text(make))
        query = text("SELECT doc FROM temp.passage_vocabulary WHERE term = :term")
        return {term: self._session.execute(query, {"term": term}).scalar() or 0 for term in terms}

    def average_length(self, keys: range) -> float | None:
        """Mean number of terms of the passages that exist among ``keys``."""
        query = text(f"SELECT avg({_LENGTH}) FROM passage WHERE key IN (SELECT value FROM json_each(:keys))")
        return self._session.execute(query, {"keys": json.dumps(list(keys))}).scalar()

    def candidates(
        self, weights: dict[str, float], average_length: float, n: int, where: dict[str, Sequence[str] | None]
    ) -> list[tuple[int, str, str]]:
        """Key, id and terms of the ``n`` passages that FTS5's own BM25 finds best."""
        del average_length
        conditions = [
            f"AND p.{column} IN (SELECT value FROM json_each(:{column}))" for column, ids in where.items() if ids
        ]
        query = text(
            "SELECT p.key, p.id, p.terms FROM passage_terms CROSS JOIN passage p ON p.key = passage_terms.rowid "
            f"WHERE passage_terms MATCH :match {' '.join(conditions)} ORDER BY passage_terms.rank LIMIT :n"
        )
        # In quotes, with quotes doubled, anything is a string to FTS5.
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in weights)
        values: dict[str, Any] = {column: json.dumps(list(ids)) for column, ids in where.items() if ids}
        rows = self._session.execute(query, {"match": match, "n": n, **values})
        return [(key, passage_id, terms) for key, passage_id, terms in rows]


class _PostgreSQL:
    """A GIN index. PostgreSQL's ranks know no rarity of terms, so BM25 is approached in SQL."""

    name = "postgresql"
    _HAS = "to_tsvector('simple', terms) @@ plainto_tsquery('simple', CAST({} AS text))"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_ready = False

    def _prepare(self) -> None:
        """For this transaction: never read all passages through the parser, never compile so small a query."""
        if not self._is_ready:
            self._session.execute(text("SET LOCAL enable_seqscan = off"))
            self._session.execute(text("SET LOCAL jit = off"))
            self._is_ready = True

    def passages_with(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages have each term."""
        self._prepare()
        query = text(
            f"SELECT asked.term, (SELECT count(*) FROM passage WHERE {self._HAS.format('asked.term')}) "
            "FROM unnest(CAST(:terms AS text[])) AS asked(term)"
        )
        return {term: count for term, count in self._session.execute(query, {"terms": list(terms)})}

    def average_length(self, keys: range) -> float | None:
        """Mean number of terms of the passages that exist among ``keys``."""
        query = text(f"SELECT avg({_LENGTH}) FROM passage WHERE key = ANY(CAST(:keys AS bigint[]))")
        return self._session.execute(query, {"keys": list(keys)}).scalar()

    def candidates(
        self, weights: dict[str, float], average_length: float, n: int, where: dict[str, Sequence[str] | None]
    ) -> list[tuple[int, str, str]]:
        """Key, id and terms of the ``n`` passages with the best approximate BM25."""
        self._prepare()
        conditions = "".join(f" AND {column} = ANY(CAST(:{column} AS text[]))" for column, ids in where.items() if ids)
        values: dict[str, Any] = {column: list(ids) for column, ids in where.items() if ids}
        parts = []
        for number, (term, weight) in enumerate(weights.items()):
            # The terms of a passage stand between single spaces, so counting one is counting a piece of text.
            count = f"(length(held) - length(replace(held, :needle{number}, ''))) / :width{number}"
            parts.append(
                f"SELECT key, :weight{number} * {K1 + 1} * n / (n + {K1} * ({1 - B} + {B} * "
                f"octet_length(held) / :average)) AS score FROM (SELECT key, held, {count} AS n FROM (SELECT key, "
                f"' ' || terms || ' ' AS held FROM passage WHERE {self._HAS.format(f':term{number}')}{conditions}) "
                f"AS a{number}) AS b{number}"
            )
            values |= {
                f"needle{number}": f" {term} ",
                f"width{number}": float(len(term) + 2),
                f"weight{number}": weight,
                f"term{number}": term,
            }
        query = text(
            f"SELECT p.key, p.id, p.terms FROM (SELECT key, sum(score) AS score FROM ({' UNION ALL '.join(parts)}) "
            "AS part GROUP BY key ORDER BY 2 DESC, 1 LIMIT :n) AS best JOIN passage p ON p.key = best.key"
        )
        values |= {"n": n, "average": average_length * _OCTETS}
        rows = self._session.execute(query, values)
        return [(key, passage_id, terms) for key, passage_id, terms in rows]


_OCTETS = 6.0
"""Of a term and the space behind it, roughly: for the first approach only."""


def _rarest(passages_with: dict[str, int], most_visited: int) -> list[str]:
    """The terms that bring candidates, the rarest first: at least one, as long as any passage has one."""
    chosen: list[str] = []
    visited = 0
    for term in sorted((term for term, n in passages_with.items() if n), key=lambda term: (passages_with[term], term)):
        visited += passages_with[term]
        if chosen and (visited > most_visited or len(chosen) == MOST_SEARCHED):
            break
        chosen.append(term)
    return chosen

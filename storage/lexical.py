"""The search by words: each database brings candidates by its own index, and one BM25 ranks them alike."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from core.retrieval.bm25 import K1, B, WeighedQuestion, weigh
from storage.knowledge_tables import PassageRow
from storage.repositories.documents import BATCH

MOST_TERMS = 400
"""Different terms of a question that are looked up; of a longer one those that it has most often, then the longest."""
MOST_SEARCHED = 96
"""Terms that bring candidates: the rarest. All of them rank."""
MOST_VISITED = {"sqlite": 150_000, "postgresql": 60_000}
"""Entries of the index that one question reads, when it has rare terms: passages without any of these do not come
first anyway."""
FREQUENT = 1_000
"""Passages with a term above which PostgreSQL estimates their number."""
MOST_READ = 1_500
"""Passages that PostgreSQL brings for BM25 to choose from."""
LEAST_READ = 300
"""Passages that BM25 ranks at least."""
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
        candidates = self._engine.candidates(weights, question.average_length, max(2 * n, LEAST_READ), where)
        ranked = sorted((-question.score(held), key, passage_id) for key, passage_id, held in candidates)
        return [(passage_id, -score) for score, _, passage_id in ranked[:n]]

    def scores(self, terms: Sequence[str], passage_ids: Sequence[str]) -> dict[str, float]:
        """BM25 of given passages by id; 0 for one without any of the terms. Ids that do not exist are left out."""
        question, _ = self._weigh(terms)
        found: dict[str, float] = {}
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
            n_passages = self._session.execute(text("SELECT count(*) FROM passage")).scalar_one()
            passages_with = self._engine.passages_with(kept, n_passages) if kept else {}
            question = weigh(
                [term for term in terms if term in set(kept)] if len(kept) < len(counted) else terms,
                n_passages=n_passages,
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

    def passages_with(self, terms: Sequence[str], n_passages: int) -> dict[str, int]:
        """How many passages have each term."""
        del n_passages
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
    """A GIN index. PostgreSQL's ranks know no rarity of terms, so a forecast of BM25 chooses what is read."""

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

    def passages_with(self, terms: Sequence[str], n_passages: int) -> dict[str, int]:
        """How many passages have each term; of frequent ones what the planner knows, if it knows them."""
        self._prepare()
        found = self._frequent(terms, n_passages)
        query = text(
            f"SELECT asked.term, (SELECT count(*) FROM passage WHERE {self._HAS.format('asked.term')}) AS n "
            "FROM unnest(CAST(:terms AS text[])) AS asked(term)"
        )
        others = [term for term in terms if term not in found]
        return found | {row.term: row.n for row in self._session.execute(query, {"terms": others})}

    def _frequent(self, terms: Sequence[str], n_passages: int) -> dict[str, int]:
        """About how many passages have those of ``terms`` that more than ``FREQUENT`` have: counting takes long."""
        if n_passages <= FREQUENT:
            return {}
        query = text(
            "SELECT known.term, known.share FROM pg_stats, unnest(CAST(CAST(most_common_elems AS text) AS text[]), "
            "most_common_elem_freqs) AS known(term, share) WHERE schemaname = current_schema() "
            "AND tablename = 'passage_terms' AND known.term = ANY(CAST(:terms AS text[])) AND known.share > :share"
        )
        values = {"terms": list(terms), "share": FREQUENT / n_passages}
        return {term: round(share * n_passages) for term, share in self._session.execute(query, values)}

    def average_length(self, keys: range) -> float | None:
        """Mean number of terms of the passages that exist among ``keys``."""
        query = text(f"SELECT avg({_LENGTH}) FROM passage WHERE key = ANY(CAST(:keys AS bigint[]))")
        return self._session.execute(query, {"keys": list(keys)}).scalar()

    def candidates(
        self, weights: dict[str, float], average_length: float, n: int, where: dict[str, Sequence[str] | None]
    ) -> list[tuple[int, str, str]]:
        """Key, id and terms of at least ``n`` passages: those with the most and rarest terms, the short ones first."""
        self._prepare()
        conditions = "".join(f" AND {column} = ANY(CAST(:{column} AS text[]))" for column, ids in where.items() if ids)
        # What a term is worth in a passage of this length that has it once: how often it has it stands in the text,
        # which would have to be unfolded and read for each of many thousand passages.
        query = text(
            "SELECT p.key, p.id, p.terms FROM (SELECT key, sum(score) AS score FROM unnest(CAST(:terms AS text[]), "
            "CAST(:weights AS float8[])) AS asked(term, weight) CROSS JOIN LATERAL (SELECT key, asked.weight / "
            f"({1 + K1 * (1 - B)} + octet_length(terms) * :longer) AS score FROM passage "
            f"WHERE {self._HAS.format('asked.term')}{conditions}) AS scored "
            "GROUP BY key ORDER BY 2 DESC, 1 LIMIT :n) AS best JOIN passage p ON p.key = best.key"
        )
        values: dict[str, Any] = {column: list(ids) for column, ids in where.items() if ids}
        values |= {"terms": list(weights), "weights": list(weights.values()), "n": max(n, MOST_READ)}
        values["longer"] = K1 * B / (average_length * _OCTETS)
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

"""The candidates judged again, by a model that reads question and passage together."""

import math
from collections.abc import Sequence

from core.errors import WorkbenchError
from core.retrieval.fusion import RERANK, Fused
from workers.searching.candidates import Candidates

MOST_JUDGED = 40
"""Passages that are judged again; the others keep their order behind them."""


def rerank(
    question: str, order: Sequence[Fused], candidates: Candidates, *, model: str
) -> tuple[list[Fused], dict[str, float]]:
    """The joint order with the cross-encoder's judgement, and its scores by id.

    Without a model, or with one that cannot be loaded, the order stays and a notice says so.
    """
    if not model.strip():
        candidates.notices.append("There is no cross-encoder: set PRAXIS_RERANKER_MODEL to judge candidates again.")
        return list(order), {}
    judged, rest = order[:MOST_JUDGED], order[MOST_JUDGED:]
    try:
        from core.retrieval.encoders.cross_encoder import make_cross_encoder

        scores = make_cross_encoder(model).score(question, [candidates.passages[one.id].text for one in judged])
    except WorkbenchError as error:  # the model's fault; the searches have their answer
        candidates.notices.append(f"Not judged again. {error.message}")
        return list(order), {}
    found = {one.id: float(score) for one, score in zip(judged, scores, strict=True)}
    again = sorted((_judged(one, found[one.id]) for one in judged), key=lambda one: -one.score)
    return [*again, *_behind(again[-1].score, rest)], found


def _judged(one: Fused, logit: float) -> Fused:
    """The cross-encoder alone decides; what the searches said is still told, and adds nothing."""
    score = 1 / (1 + math.exp(-min(max(logit, -60.0), 60.0)))
    return Fused(id=one.id, score=score, contributions={**dict.fromkeys(one.contributions, 0.0), RERANK: score})


def _behind(last: float, rest: Sequence[Fused]) -> list[Fused]:
    """Those that were not judged, their scores made smaller so that all are below the last judged one."""
    factor = min(1.0, last / rest[0].score) if rest and rest[0].score > 0 else 1.0
    return [
        Fused(
            id=one.id,
            score=one.score * factor,
            contributions={way: value * factor for way, value in one.contributions.items()},
        )
        for one in rest
    ]

"""Whether passages that came are those that should have come.

A question names what answers it: the id of a passage, a file, or a file and a heading. A heading stands for its section
with everything below it; the first heading of a document stands for the text before its first section. Each named thing
counts once, however many of its passages come, so that small passages are not better by themselves.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.knowledge import JudgedQuestion, Passage
from core.lab.spec import DEPTH, Estimate
from core.retrieval.metrics import ndcg_at_k, recall_at_k, reciprocal_rank, success_at_k
from core.retrieval.spec import Hit

METRICS: Mapping[str, str] = {
    "success_at_1": "Right passage first",
    "recall_at_3": "Recall at 3",
    "recall_at_5": "Recall at 5",
    "recall_at_10": "Recall at 10",
    "mrr": "Mean reciprocal rank",
    "ndcg_at_10": "nDCG at 10",
    "support_rate": "Sentences supported",
    "answer_rate": "Answerable questions answered",
    "refusal_rate": "Unanswerable questions refused",
}
"""Label by key, in the order of tables; each is in [0, 1], and higher is better."""
N_REPLICATES = 1_000


def answers(reference: str, passage: Passage, file_name: str) -> bool:
    """Whether a passage belongs to what ``reference`` names.

    Args:
        reference: An id, ``file name`` or ``file name#heading``; the end of a file's path is enough.
        passage: The passage.
        file_name: Of its document.
    """
    if reference == passage.id:
        return True
    name, _, heading = reference.partition("#")
    if file_name != name and not file_name.endswith(f"/{name}"):
        return False
    if not heading:
        return True
    wanted = heading.strip().casefold()
    path = [each.strip().casefold() for each in passage.heading]
    if wanted in path[1:] or path == [wanted]:
        return True
    # Short sections share a passage: its headings are those of the first one, the others stand in its text.
    return wanted in (line.strip().casefold() for line in passage.text.splitlines())


def judged_ranking(hits: Sequence[Hit], question: JudgedQuestion) -> list[str]:
    """What came, in order: a named thing where a passage answers it for the first time, else the passage's own id."""
    seen: set[str] = set()
    ranking = []
    for hit in hits:
        new = [
            reference
            for reference in question.relevant
            if reference not in seen and answers(reference, hit.passage, hit.file_name)
        ]
        seen.update(new)
        ranking += new[:1] or [f"passage {hit.passage.id}"]
    return ranking


def question_scores(ranking: Sequence[str], question: JudgedQuestion) -> dict[str, float]:
    """The metrics of one answerable question."""
    grades = dict.fromkeys(question.relevant, 1.0)
    return {
        "success_at_1": success_at_k(ranking, grades, 1),
        "recall_at_3": recall_at_k(ranking, grades, 3),
        "recall_at_5": recall_at_k(ranking, grades, 5),
        "recall_at_10": recall_at_k(ranking, grades, DEPTH),
        "mrr": reciprocal_rank(ranking, grades, DEPTH),
        "ndcg_at_10": ndcg_at_k(ranking, grades, DEPTH),
    }


def estimate(values: Sequence[float], *, seed: int = 0) -> Estimate | None:
    """Mean and interval over questions; None without any value. Questions are what is drawn again."""
    kept = np.array([value for value in values if not math.isnan(value)])
    if not len(kept):
        return None
    draws = np.random.default_rng(seed).integers(len(kept), size=(N_REPLICATES, len(kept)))
    low, high = np.quantile(kept[draws].mean(axis=1), [0.025, 0.975])
    return Estimate(value=float(kept.mean()), low=float(low), high=float(high), n=len(kept))


def difference(first: Mapping[str, float], second: Mapping[str, float], *, seed: int = 0) -> Estimate | None:
    """Mean of ``first`` minus ``second`` over the questions that both have, drawn in pairs; None without any."""
    shared = [key for key in first if key in second]
    return estimate([first[key] - second[key] for key in shared], seed=seed)


def questions_sha256(questions: Sequence[JudgedQuestion]) -> str:
    """The identity of a question set's content: texts and judgements, in any order."""
    content = sorted((each.text, sorted(each.relevant)) for each in questions)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

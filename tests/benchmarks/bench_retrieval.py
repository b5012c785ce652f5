"""How well passages are found: ``make bench-retrieval SET=folder`` for any set in BEIR form."""

import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.benchmarks.beir import BadSet, JudgedFolder, read_folder
from tests.benchmarks.judging import CANDIDATES, WAYS, Verdict, indexed, judge
from tests.benchmarks.measurement import Measurement, at_least, reported
from tests.benchmarks.retrieval_sets import HELD_OUT, SETS

OWN_SETS = ("headings", "part_numbers", "paraphrases", *HELD_OUT)
"""Small sets on which one way of searching is weak, and those that no setting was chosen by."""
SLACK = 0.01
"""Of nDCG@10: less than one question of the smallest set."""


def run() -> list[Measurement]:
    """nDCG@10 of both ways and of the two together, on sets of ours."""
    measurements = []
    for name in OWN_SETS:
        with tempfile.TemporaryDirectory() as folder:
            SETS[name]().write(Path(folder))
            verdicts = verdicts_of(read_folder(Path(folder)), ways=("lexical", "dense", "hybrid"))
        best = max(verdicts["lexical"].ndcg_10, verdicts["dense"].ndcg_10)
        note = f"lexical {verdicts['lexical'].ndcg_10:.3f}, dense {verdicts['dense'].ndcg_10:.3f}"
        title = name.replace("_", " ")
        measurements.append(at_least(f"nDCG@10 of {title}", verdicts["hybrid"].ndcg_10, "", best - SLACK, note))
        measurements.append(reported(f"recall@100 of {title}", verdicts["hybrid"].recall_100, ""))
    return measurements


def verdicts_of(judged: JudgedFolder, *, ways: tuple[str, ...] = tuple(WAYS)) -> dict[str, Verdict]:
    """Every way of searching on one set."""
    with indexed(judged) as made:
        say(f"{made.n_passages:,} passages indexed in {made.seconds:.0f} s.")
        verdicts = {}
        for way in ways:
            started = time.perf_counter()
            verdicts[way] = judge(made, judged, **WAYS[way])
            say(f"{way}: {len(judged.questions):,} questions in {time.perf_counter() - started:.0f} s.")
        return verdicts


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)


def table(verdicts: dict[str, Verdict]) -> str:
    """The result for a terminal."""
    head = f"{'':18}{'nDCG@10':>9}{'recall@10':>11}{'recall@100':>12}{'MRR':>8}{'median':>10}{'p95':>10}"
    rows = [
        f"{way:18}{one.ndcg_10:9.4f}{one.recall_10:11.4f}{one.recall_100:12.4f}{one.mrr:8.4f}"
        f"{1000 * one.median_s:7.0f} ms{1000 * one.p95_s:7.0f} ms"
        for way, one in verdicts.items()
    ]
    return "\n".join([head, *rows])


def main(arguments: list[str]) -> int:
    """Judge the set in a folder. 2 for a folder that cannot be judged."""
    if len(arguments) != 1 or not arguments[0]:
        say("Name a folder: make bench-retrieval SET=folder")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every started process is ended
    warnings.simplefilter("ignore")
    try:
        judged = read_folder(Path(arguments[0]))
    except BadSet as error:
        say(str(error))
        return 2
    say(f"{len(judged.documents):,} documents, {len(judged.questions):,} judged questions.")
    verdicts = verdicts_of(judged)
    print(table(verdicts))
    best = max(("lexical", "dense"), key=lambda way: verdicts[way].ndcg_10)
    difference = verdicts["hybrid"].ndcg_10 - verdicts[best].ndcg_10
    print(f"Hybrid is {abs(difference):.4f} {'above' if difference >= 0 else 'below'} {best} in nDCG@10.")
    print(f"Each way brings {CANDIDATES} candidates; a document stands where its best passage does.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

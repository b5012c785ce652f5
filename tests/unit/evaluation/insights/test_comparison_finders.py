"""Finders of comparisons on predictions that are constructed."""

from pathlib import Path

import numpy as np
import pytest

from core.computing.spec import RunFiles
from core.errors import UserInputError
from core.types import Split
from evaluation.insights.comparisons import cheaper, disagreement, ensemble, settings, winner
from tests.insight_cases import assert_sound, comparison_of, make_files, said_of, two_classes
from tests.workspaces import store_frame

V, T = Split.VALIDATION, Split.TEST


def files_of(folder: Path, *, strength: float, seed: int = 1, n: int = 600, **facts: object) -> RunFiles:
    y = two_classes(n)
    part = (y, said_of(y, strength=strength, seed=seed))
    return make_files(folder / f"{strength}-{seed}", {V: part, T: part}, **facts)  # type: ignore[arg-type]  # the caller's


def test_a_clear_winner_is_told_with_the_interval_of_the_difference(tmp_path: Path) -> None:
    evidence = comparison_of([files_of(tmp_path, strength=1), files_of(tmp_path, strength=5, seed=2)], tmp_path)
    (finding,) = winner.look(evidence)
    assert_sound(finding)
    assert finding.title == "A clear winner"
    assert finding.numbers["low"] > 0
    assert finding.tests[0].q_value is not None


def test_runs_of_one_kind_cannot_be_told_apart_and_the_quick_one_is_named(tmp_path: Path) -> None:
    slow = files_of(tmp_path, strength=3, seed=2, duration_s=60.0)
    quick = files_of(tmp_path, strength=3, seed=3, duration_s=1.0)
    evidence = comparison_of([slow, quick], tmp_path)
    (finding,) = winner.look(evidence)
    assert_sound(finding)
    assert finding.title == "No clear winner"
    found = list(cheaper.look(evidence))
    assert [one.subject for one in found] == ([(quick.run.id,)] if evidence.runs[0].id == slow.run.id else [])
    for one in found:
        assert_sound(one)


def test_models_with_errors_of_their_own_are_better_together(tmp_path: Path) -> None:
    parts = [
        files_of(tmp_path, strength=2, seed=seed, model=model)
        for seed, model in ((2, "ridge"), (3, "random_forest"), (4, "k_neighbors"))
    ]
    (finding,) = ensemble.look(comparison_of(parts, tmp_path))
    assert_sound(finding)
    assert finding.numbers["low"] > 0
    assert finding.actions[0].request["params"]["runs"]
    same = [files_of(tmp_path / "same", strength=2, seed=2, model=model) for model in ("ridge", "random_forest")]
    assert not list(ensemble.look(comparison_of(same, tmp_path)))


def test_disagreement_names_who_is_right_and_where(tmp_path: Path) -> None:
    import pandas as pd
    from scipy.stats import binomtest

    n = 600
    y = two_classes(n)
    first = said_of(y, strength=6, seed=2)
    second = first.copy()
    is_north = np.arange(n) % 4 == 0
    second[is_north] = second[is_north][:, ::-1]  # the second model is the other way round there
    table = store_frame(
        pd.DataFrame({"region": np.where(is_north, "north", "south"), "species": np.where(y == 1, "yes", "no")}),
        tmp_path / "table",
    )
    files = []
    for name, said in (("a", first), ("b", second)):
        made = make_files(tmp_path / name, {V: (y, said), T: (y, said)})
        split = tmp_path / name / "split.npz"
        np.savez(split, validation=np.arange(n))
        files.append(RunFiles(run=made.run, table=table, model=made.model, split=split, evaluation=made.evaluation))
    (finding,) = disagreement.look(comparison_of(files, tmp_path))
    assert_sound(finding)
    assert "'region' is north" in finding.statement
    right, wrong = int(finding.numbers["right_first"]), int(finding.numbers["right_second"])
    assert finding.tests[0].p_value == pytest.approx(binomtest(right, right + wrong).pvalue)


def test_the_setting_that_goes_with_the_scores_is_named(tmp_path: Path) -> None:
    parts = [
        files_of(
            tmp_path,
            strength=1 + 2.0 * (number % 2),
            seed=10 + number,
            params={"depth": number % 2, "other": number // 5},
        )
        for number in range(10)
    ]
    (finding,) = settings.look(comparison_of(parts, tmp_path))
    assert_sound(finding)
    assert finding.subject == ("logistic_regression: depth",)
    assert finding.numbers["share"] > 0.8


def test_runs_on_other_rows_are_refused_by_name(tmp_path: Path) -> None:
    first, second = files_of(tmp_path, strength=1), files_of(tmp_path, strength=2)
    other = second.run.model_copy(
        update={"provenance": second.run.provenance.model_copy(update={"split_sha256": "6c" * 32})}
    )
    apart = RunFiles(
        run=other, table=second.table, model=second.model, split=second.split, evaluation=second.evaluation
    )
    with pytest.raises(UserInputError, match="same rows"):
        comparison_of([first, apart], tmp_path)

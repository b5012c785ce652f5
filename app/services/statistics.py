"""Statistical tests on datasets: which one suits, its answer, and the ledger of all that were done."""

import csv
import io
import json
from datetime import datetime
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService, require_ready
from core.ids import new_id
from core.records import Computation, LedgerEntry
from core.statistics.asking import checked_params
from core.statistics.ledger import benjamini_hochberg, holm
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import TestResult
from core.statistics.spec import QuestionGroup, StatisticalTestSpec
from core.types import ComputationStatus, Value
from storage.storage import Storage

TEST_KIND, CHOICE_KIND = "statistical_test", "statistical_choice"


class TestInfo(Value):
    """One test of the registry, as lists and forms need it."""

    __test__ = False

    key: str
    label: str
    group: QuestionGroup
    needs: str
    null_hypothesis: str
    plain: str
    technical: str
    use_when: tuple[str, ...]
    avoid_when: tuple[str, ...]
    alternative: str | None
    source: str
    params: dict[str, Any]
    """JSON schema; ``column`` says which columns a field takes."""


class LedgerLine(Value):
    """One p value of the ledger, as it is and adjusted for all others."""

    id: str
    computation_id: str
    test: str
    label: str
    """The test, and which of its hypotheses when it has several."""
    params: dict[str, Any]
    p_value: float
    p_holm: float
    p_benjamini_hochberg: float
    sentence: str
    created_at: datetime


class Ledger(Value):
    """Every test that was done on a dataset."""

    n_tests: int
    false_alarm_chance: float
    """Probability of at least one p <= 0.05 among so many independent tests when there is nothing to find."""
    lines: tuple[LedgerLine, ...]
    """Newest first."""


class StatisticsService:
    """What can be done with hypothesis tests."""

    def __init__(self, *, storage: Storage, datasets: DatasetService, computations: ComputationService) -> None:
        self._storage = storage
        self._datasets = datasets
        self._computations = computations

    def list_tests(self) -> tuple[TestInfo, ...]:
        """Every test, by key."""
        return tuple(_info(spec) for spec in STATISTICAL_TESTS.values())

    def choose(
        self,
        dataset_id: str,
        *,
        goal: str,
        columns: list[str],
        paired_by: str = "",
        idempotency_key: str | None = None,
    ) -> Computation:
        """Ask which tests suit. Raises like ``ComputationService.start``."""
        values = {"dataset_id": dataset_id, "goal": goal, "columns": columns, "paired_by": paired_by}
        return self._computations.start(CHOICE_KIND, values, idempotency_key=idempotency_key)

    def test_params(self, dataset_id: str, test: str, params: dict[str, Any]) -> dict[str, Any]:
        """Parameters of the computation that does ``test``: checked against the columns, defaults filled in.

        Raises:
            NotFound: No such dataset or test.
            Conflict: The dataset is not ready.
            UserInputError: A parameter does not fit, or names a column that is missing or of the wrong type.
        """
        dataset = require_ready(self._datasets.get(dataset_id))
        checked = checked_params(test, params, dataset)
        return {"dataset_id": dataset_id, "test": test, "params": checked.model_dump(mode="json")}

    def start(
        self, dataset_id: str, test: str, params: dict[str, Any], *, idempotency_key: str | None = None
    ) -> Computation:
        """Do a test. Raises like ``test_params``."""
        values = self.test_params(dataset_id, test, params)
        return self._computations.start(TEST_KIND, values, idempotency_key=idempotency_key)

    def find(self, computation_id: str, dataset_id: str) -> Computation | None:
        """A test that was asked for on this dataset, or None when the id names something else."""
        with self._storage.read() as unit:
            found = unit.computations.find(computation_id)
        is_ours = found is not None and found.kind == TEST_KIND and found.dataset_id == dataset_id
        return found if is_ours else None

    def ledger(self, dataset_id: str) -> Ledger:
        """Every finished test of a dataset, with p values adjusted for all of them together. Raises NotFound."""
        self._datasets.get(dataset_id)
        self._enter_finished(dataset_id)
        with self._storage.read() as unit:
            entries = unit.ledger.list_for_dataset(dataset_id)
        lines = [line for entry in entries for line in self._lines(entry)]
        p_values = [line.p_value for line in lines]
        adjusted = zip(lines, holm(p_values), benjamini_hochberg(p_values), strict=True)
        return Ledger(
            n_tests=len(lines),
            false_alarm_chance=1 - 0.95 ** len(lines),
            lines=tuple(
                line.model_copy(update={"p_holm": strict, "p_benjamini_hochberg": mild})
                for line, strict, mild in adjusted
            ),
        )

    def ledger_csv(self, dataset_id: str) -> str:
        """The ledger as CSV text. Raises NotFound."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        names = ("created_at", "label", "p_value", "p_holm", "p_benjamini_hochberg", "sentence", "params")
        writer.writerow(names)
        for line in self.ledger(dataset_id).lines:
            values = line.model_dump(mode="json")
            writer.writerow([_cell(values[name]) for name in names])
        return out.getvalue()

    def _enter_finished(self, dataset_id: str) -> None:
        """Bring in what has finished since the last look, whoever asked for it."""
        with self._storage.read() as unit:
            known = {entry.computation_id for entry in unit.ledger.list_for_dataset(dataset_id)}
            finished = unit.computations.list_finished(TEST_KIND, dataset_id)
        for computation in finished:
            if computation.id not in known:
                self._enter(computation)

    def _enter(self, computation: Computation) -> None:
        result = self._result(computation)
        entry = LedgerEntry(
            id=new_id(),
            dataset_id=computation.dataset_id or "",
            computation_id=computation.id,
            test=result.test,
            params=computation.params["params"],
            p_value=result.p_value,
            sentence=result.sentence,
            created_at=computation.finished_at or computation.created_at,
        )
        with self._storage.write() as unit:
            unit.ledger.add(entry)

    def _lines(self, entry: LedgerEntry) -> list[LedgerLine]:
        facts = {
            "id": entry.id,
            "computation_id": entry.computation_id,
            "test": entry.test,
            "params": entry.params,
            "p_holm": 1.0,
            "p_benjamini_hochberg": 1.0,
            "created_at": entry.created_at,
        }
        spec = STATISTICAL_TESTS.get(entry.test)
        label = spec.label if spec else entry.test
        if spec is not None and spec.has_several_hypotheses:
            result = self._find_result(entry.computation_id)
            if result is not None:
                return [
                    LedgerLine(label=part.name, p_value=part.p_value, sentence=part.sentence, **facts)
                    for part in result.hypotheses
                ]
        return [LedgerLine(label=label, p_value=entry.p_value, sentence=entry.sentence, **facts)]

    def _find_result(self, computation_id: str) -> TestResult | None:
        with self._storage.read() as unit:
            computation = unit.computations.find(computation_id)
        if computation is None or computation.status is not ComputationStatus.FINISHED:
            return None
        return self._result(computation)

    def _result(self, computation: Computation) -> TestResult:
        result = self._computations.result(computation)
        assert isinstance(result, TestResult), "the registry names the type of the answer"
        return result


def _info(spec: StatisticalTestSpec) -> TestInfo:
    facts = {name: getattr(spec, name) for name in TestInfo.model_fields if name != "params"}
    return TestInfo(params=spec.params.model_json_schema(), **facts)


def _cell(value: Any) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

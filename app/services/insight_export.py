"""A card that is passed on: as Markdown for people, as JSON for programs."""

from typing import Any

from core.insights.spec import Finding, TestEvidence
from core.knowledge import InsightCard
from core.types import Value
from core.wording import NARROW_SPACE
from evaluation.remarks.words import number

SURE = {
    "certain": "Certain: counted, not estimated",
    "strong": "Strong evidence",
    "moderate": "Moderate evidence",
    "weak": "Weak evidence: a hint, to be looked at",
}
"""How sure a finding is, in words."""


class StoredInsight(Value):
    """A card as people see it."""

    card: InsightCard
    finding: Finding
    is_current: bool
    """Whether the last look at its scope found it; a card that a person has judged stays without that."""
    about: str = ""
    """Name of the dataset or run that it is about; empty for a comparison and the workspace."""


def card_json(stored: StoredInsight) -> dict[str, Any]:
    """A card as the API shows it: what is stored of it, and all that it says."""
    body = stored.card.model_dump(mode="json", exclude={"content", "fingerprint"})
    finding = stored.finding.model_dump(mode="json")
    return {**body, "about": stored.about, "is_current": stored.is_current, **finding, "kind": stored.card.kind}


def card_markdown(stored: StoredInsight, *, link: str) -> str:
    """A card with its evidence and its table; text from data cannot become markup."""
    finding = stored.finding
    lines = [
        f"## {_plain(finding.title)}",
        "",
        _plain(finding.wording or finding.statement),
        "",
        *([_plain(finding.statement), ""] if finding.wording else []),
        f"- {SURE[finding.sureness]}",
        *(f"- {_plain(evidence_line(test))}" for test in finding.tests),
        *([f"- About: {_plain(stored.about)}"] if stored.about else []),
        *([f"- What to do: {_plain(finding.advice)}"] if finding.advice else []),
        f"- Card: <{link}>",
        "",
        *_table(finding),
    ]
    return "\n".join(lines)


def evidence_line(test: TestEvidence) -> str:
    """Test, effect, interval, p, q and n in one line.

    Example:
        >>> evidence_line(TestEvidence(name="t-test", p_value=0.004, effect_name="d", effect=0.5, n=120))
        't-test: d 0.500; p = 0.004; n = 120'
    """
    parts = []
    if test.effect is not None:
        text = f"{test.effect_name or 'effect'} {number(test.effect)}"
        if test.interval is not None:
            low, high = test.interval
            text += f" ({100 * test.level:.0f}{NARROW_SPACE}% interval {number(low)} to {number(high)})"
        parts.append(text)
    elif test.statistic is not None:
        parts.append(f"statistic {number(test.statistic)}")
    parts += [f"{name} {_p(value)}" for name, value in (("p", test.p_value), ("q", test.q_value)) if value is not None]
    if test.n is not None:
        parts.append(f"n = {test.n:,}")
    return f"{test.name}: {'; '.join(parts)}" if parts else test.name


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"= {value:.2g}"


def _table(finding: Finding) -> list[str]:
    names = list(finding.table)
    if not names:
        return []
    rows = zip(*finding.table.values(), strict=False)
    head = [f"| {' | '.join(_cell(name) for name in names)} |", f"|{' --- |' * len(names)}"]
    return [*head, *(f"| {' | '.join(_cell(value) for value in row)} |" for row in rows), ""]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else _plain(str(value)).replace("|", "\\|")


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#!~"})


def _plain(text: str) -> str:
    """``text`` on one line, with the characters escaped that Markdown would obey."""
    return " ".join(text.split()).translate(_MARKS)

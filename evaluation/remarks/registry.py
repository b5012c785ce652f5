"""The remarks that a training is looked at for."""

from collections.abc import Sequence

from core.records import Remark
from core.registry import Registry
from evaluation.remarks import catalog
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec

REMARKS: Registry[RemarkSpec] = Registry.discover("remark", catalog)

LOOKED_AT = frozenset({"loss", "accuracy", "rmse"})
"""The metrics whose curves remarks look at, beside the deciding one."""


def remarks_on(history: History, earlier: Sequence[Remark] = ()) -> tuple[Remark, ...]:
    """What there is to say of a training, in the order in which it was noticed.

    While it runs, nothing that was said disappears from under the reader's eyes; when it is over, only what holds of
    the whole training stays, however it was interrupted or watched.

    Args:
        history: The training so far.
        earlier: What was said of it before.
    """
    found = {}
    for spec in REMARKS.values():
        finding = spec.look(history) if history.task in spec.tasks else None
        if finding is not None:
            found[spec.key] = _remark(spec, finding)
    kept = [remark for remark in earlier if remark.key in REMARKS and (remark.key in found or not history.is_over)]
    said = {remark.key: remark for remark in kept} | found
    silenced = {key for remark in found.values() for key in REMARKS[remark.key].silences}
    remarks = [remark for key, remark in said.items() if key not in silenced]
    if history.is_over:
        remarks.sort(key=lambda remark: (remark.step, remark.key))
    return tuple(remarks)


def _remark(spec: RemarkSpec, finding: Finding) -> Remark:
    return Remark(
        key=spec.key,
        severity=finding.severity or spec.severity,
        title=spec.title,
        step=finding.step,
        seen=finding.seen,
        advice=finding.advice,
        change=finding.change,
    )

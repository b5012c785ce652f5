"""The alerts that a table is checked for."""

from core.profiling.alerts import catalog
from core.profiling.alerts.spec import AlertSpec, severity_of
from core.profiling.facts import Alert, TableFacts
from core.registry import Registry

ALERTS: Registry[AlertSpec] = Registry.discover("alert", catalog)


def find_alerts(facts: TableFacts) -> tuple[Alert, ...]:
    """Everything odd about a table, the most harmful first."""
    found = [
        Alert(
            key=spec.key,
            label=spec.label,
            severity=severity_of(score := round(spec.weight * min(1.0, max(0.0, finding.strength)), 1)),
            score=score,
            columns=finding.columns,
            sentence=finding.sentence,
            why=spec.why,
            fix=finding.fix,
            fix_label=finding.fix_label,
        )
        for spec in ALERTS.values()
        for finding in spec.check(facts)
    ]
    return tuple(sorted(found, key=lambda alert: (-alert.score, alert.key, alert.columns)))

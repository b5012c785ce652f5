"""Sentences whose numbers are kept: what a statement says is what its evidence holds."""

from core.wording import counted, percent
from evaluation.remarks.words import number


class Said:
    """Collects the numbers of one statement while they are written.

    Example:
        >>> said = Said()
        >>> f"{said.score('f1', 0.8124)} on {said.count('rows', 1200, 'row')}", said.numbers
        ('0.812 on 1,200 rows', {'f1': 0.8124, 'rows': 1200.0})
    """

    def __init__(self) -> None:
        self.numbers: dict[str, float] = {}

    def score(self, name: str, value: float, *, digits: int = 3) -> str:
        """A score or a difference with three significant digits."""
        self.numbers[name] = float(value)
        return number(float(value), digits=digits)

    def share(self, name: str, value: float) -> str:
        """A share as a percentage."""
        self.numbers[name] = float(value)
        return percent(float(value))

    def count(self, name: str, value: int, singular: str, plural: str = "") -> str:
        """A whole number and what it counts."""
        self.numbers[name] = float(value)
        return counted(int(value), singular, plural)

    def whole(self, name: str, value: int) -> str:
        """A whole number alone."""
        self.numbers[name] = float(value)
        return f"{int(value):,}"

    def value(self, name: str, value: float) -> str:
        """A setting or a measurement with four significant digits, as short as it may be."""
        self.numbers[name] = float(value)
        return f"{value:,.4g}" if abs(value) < 1e15 else f"{value:.3e}"

    def seconds(self, name: str, value: float) -> str:
        """A length of time, in minutes from two of them on."""
        if value >= 120:
            self.numbers[f"{name}_minutes"] = round(value / 60)
            return counted(round(value / 60), "minute")
        self.numbers[f"{name}_seconds"] = float(value)
        if value >= 10:
            return counted(round(value), "second")
        return f"{value:.2g} seconds"

"""Fields that several charts share."""

from typing import Annotated

from pydantic import Field

from core.charts.spec import CATEGORY, NUMERIC, ChartParams, role

Color = Annotated[str | None, role("Colour", CATEGORY, "One colour for each of the most frequent values.")]
Facet = Annotated[str | None, role("Small multiples", CATEGORY, "One panel for each of the most frequent values.")]
Numbers = Annotated[str | None, role("Values", NUMERIC, "What the number is taken of; without it, rows are counted.")]
ShowMissing = Annotated[
    bool,
    Field(title="Show missing", description="Empty cells become a category of their own instead of being left out."),
]
Top = Annotated[
    int, Field(ge=2, le=50, title="Categories", description="The most frequent values; the rest becomes one.")
]


class DividedParams(ChartParams):
    """Charts that can be divided by colour and into panels."""

    color: Color = None
    facet: Facet = None
    show_missing: ShowMissing = False

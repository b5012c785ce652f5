"""How the outputs of the tasks without one truth a row are laid out: models write these columns, evaluation reads them.

They stand in ``y_out``: shape (n_samples, 3) for clustering and for anomaly detection; for forecasting a sample is an
origin, and the shape is (n_origins, horizon, 4).
"""

from enum import IntEnum


class ClusterOut(IntEnum):
    """What a clustering says of a row."""

    CLUSTER = 0
    """Number of its cluster from 0; -1 is noise."""
    OWN = 1
    """Squared distance to the centre of its cluster; of noise, to the centre of all training rows."""
    WHOLE = 2
    """Squared distance to the centre of all training rows: what one single cluster would leave."""


class AnomalyOut(IntEnum):
    """What a detector says of a row."""

    THRESHOLD = 0
    """The score above which a row is flagged; the same for every row."""
    SCORE = 1
    """Higher is more unusual; the unit is the detector's own."""
    MADE_UP = 2
    """Share of made-up rows that look more normal than this one, in [0, 1]; half of those that look the same."""


class ForecastOut(IntEnum):
    """What a forecaster says, at one origin, of one step ahead."""

    VALUE = 0
    LOW = 1
    """Lower end of the interval."""
    HIGH = 2
    SCALE = 3
    """Mean absolute error of the seasonal naive forecast, one season ahead, on training rows: the unit of errors."""

"""The code for a forecast: one Python file that repeats it."""

from typing import Any

from core.records import Dataset, Run
from workers.script_source import (
    estimator_code,
    estimator_imports,
    library_imports,
    module_body,
    module_title,
    own_modules,
    source_modules,
)
from workers.unlabelled_script import header

NEEDED = ("models.forecasting.grid", "models.forecasting.origins", "models.forecasting.outputs")

_MAIN = """

TARGET = {target!r}
TIME = {time!r}
SEASON, HORIZON = {season}, {horizon}
VALIDATION, TEST = {validation!r}, {test!r}

frame = pd.read_parquet(sys.argv[1])
grid = build_grid(frame[TIME], frame[TARGET])

steps = {preprocessing}
X, y = steps.fit_transform(grid.frame(TIME)), grid.y
n = len(y)
n_validation, n_test = max(1, round(n * VALIDATION)), max(1, round(n * TEST))
n_train = n - n_validation - n_test

estimator = {estimator}
estimator.fit(X[:n_train], y[:n_train])

scale = seasonal_scale(y[:n_train], SEASON)
for part, start, stop in (("validation", n_train, n - n_test), ("test", n - n_test, n)):
    origins = choose_origins(start, stop, HORIZON)
    out = forecast_outputs(estimator, origins, X, y, scale)
    error = np.abs(y[origins[:, None] + np.arange(HORIZON)] - out[:, :, ForecastOut.VALUE])
    print(f"{{part}} mase {{np.nanmean(error / scale):.6f}}")
    print(f"{{part}} forecast_rmse {{np.sqrt(np.nanmean(error**2)):.6f}}")
"""


def series_script(run: Run, dataset: Dataset, *, preprocessor: Any, estimator: Any, season: int) -> str:
    """The script for ``run``.

    Args:
        run: The run.
        dataset: Its dataset.
        preprocessor: What makes steps of the time column.
        estimator: Unfitted, with its horizon and season.
        season: The season length in steps, given or found.
    """
    config = run.config
    assert config.series is not None
    modules = source_modules([*NEEDED, *own_modules([preprocessor, estimator])])
    imports = {
        ("sys", "", ""),
        ("dataclasses", "dataclass", ""),
        ("enum", "StrEnum", ""),
        ("numpy", "", "np"),
        ("pandas", "", "pd"),
        *library_imports(modules),
        *estimator_imports([estimator]),
    }
    return "\n".join(
        [
            header(run, dataset, imports),
            *(module_body(name, module_title(name)) for name in modules),
            _MAIN.format(
                target=config.target,
                time=config.series.time,
                season=season,
                horizon=config.series.horizon,
                validation=config.split.validation,
                test=config.split.test,
                preprocessing=estimator_code(preprocessor),
                estimator=estimator_code(estimator),
            ),
        ]
    )

"""Long curves made short without losing their shape."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray


def downsample(steps: npt.ArrayLike, values: npt.ArrayLike, max_points: int = 1000) -> tuple[FloatArray, FloatArray]:
    """At most ``max_points`` points of a curve, chosen so that it looks the same.

    From each of equally long stretches it keeps the point that spans the largest triangle with the point kept
    before and the mean of the stretch after. The first and the last point stay; NaN is kept only where a stretch
    has nothing else.

    Args:
        steps: Ascending, shape (n_points,).
        values: Shape (n_points,).
        max_points: At least 3.

    Returns:
        Steps and values of the kept points, shape (min(n_points, max_points),) each.

    Raises:
        ValueError: The shapes differ, or ``max_points`` is below 3.

    Source:
        Steinarsson 2013, Downsampling Time Series for Visual Representation, University of Iceland, section 4.2.
    """
    x, y = np.asarray(steps, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"steps of shape {x.shape} and values of shape {y.shape} are not one curve")
    if max_points < 3:
        raise ValueError(f"a curve needs at least 3 points, not {max_points}")
    if len(x) <= max_points:
        return x, y
    kept = _largest_triangles(x, y, max_points)
    return x[kept], y[kept]


def _largest_triangles(x: FloatArray, y: FloatArray, max_points: int) -> npt.NDArray[np.intp]:
    edges = np.linspace(1, len(x) - 1, max_points - 1).astype(np.intp)
    counts = np.diff(edges)
    is_number = np.isfinite(y[1:-1])
    finite = np.where(is_number, y[1:-1], 0.0)
    n_finite = np.add.reduceat(is_number, edges[:-1] - 1, dtype=np.float64)
    mean_x = np.append(np.add.reduceat(x[1:-1], edges[:-1] - 1) / counts, x[-1])
    mean_y = np.append(np.add.reduceat(finite, edges[:-1] - 1) / np.maximum(n_finite, 1), y[-1])

    kept = np.empty(max_points, dtype=np.intp)
    kept[0], kept[-1] = 0, len(x) - 1
    for stretch, (start, stop) in enumerate(pairwise(edges)):
        x0, y0 = x[kept[stretch]], np.nan_to_num(y[kept[stretch]])
        x2, y2 = mean_x[stretch + 1], np.nan_to_num(mean_y[stretch + 1])
        doubled_area = np.abs((x0 - x2) * (y[start:stop] - y0) - (x0 - x[start:stop]) * (y2 - y0))
        kept[stretch + 1] = start + np.argmax(np.where(np.isfinite(doubled_area), doubled_area, -1.0))
    return kept

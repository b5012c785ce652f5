"""Where a training computes: on the cores of its machine, or on a GPU that its worker owns."""

from functools import cache

_owned: list[str] = []


def own_gpu() -> None:
    """Let trainings of this process use its GPU; only the fresh processes of GPU workers say so.

    A process that was forked from a worker must never touch CUDA, whatever hardware there is.
    """
    _owned[:] = ["cuda"]


def disown_gpu() -> None:
    """Take ``own_gpu`` back."""
    _owned.clear()


def xgboost_device() -> str:
    """``cuda`` where this process owns a GPU and XGBoost was built for it, otherwise ``cpu``."""
    return "cuda" if _owned and _xgboost_has_cuda() else "cpu"


@cache
def _xgboost_has_cuda() -> bool:
    import xgboost

    return bool(xgboost.build_info().get("USE_CUDA"))

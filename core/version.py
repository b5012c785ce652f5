"""Which Praxis this is."""

from functools import cache
from pathlib import Path

VERSION = "0.1.0"


@cache
def code_version() -> str:
    """The version, with the commit when Praxis runs from a git checkout: "0.1.0+1a2b3c4d"."""
    git = Path(__file__).resolve().parent.parent / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if head.startswith("ref: "):
            head = (git / head.removeprefix("ref: ")).read_text(encoding="utf-8").strip()
    except OSError:
        return VERSION
    return f"{VERSION}+{head[:8]}"

"""Numbers and names inside sentences, the same in every part.

Thousands are set apart by commas, since sentences are also read in logs, JSON and scripts; a percent sign stands
behind a narrow space that no line breaks at. What stands alone on a page is written by ``app.ui.numbers``.
"""

from collections.abc import Sequence

NARROW_SPACE = "\u202f"
MINUS = "\u2212"


def counted(n: int, singular: str, plural: str = "") -> str:
    """A number and the word for what was counted.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(2, "category", "categories")
        ('1 row', '1,200 rows', '2 categories')
    """
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def steps(n: int, step_name: str) -> str:
    """A number of training steps, whose name a trainer may give in either number.

    Example:
        >>> steps(3, "epoch"), steps(100, "trees"), steps(1, "leaves"), steps(1, "penalty steps")
        ('3 epochs', '100 trees', '1 leaf', '1 penalty step')
    """
    one = "leaf" if step_name == "leaves" else step_name.removesuffix("s") or "step"
    return counted(n, one, step_name if step_name.endswith("s") else "")


def percent(share: float) -> str:
    """A share as a percentage with one decimal at most; never 0 % for something, never 100 % for less than all.

    Example:
        >>> [percent(share).replace(NARROW_SPACE, " ") for share in (0.256, 0.0001, 0.9999, 0.95, 1.0, 0.0)]
        ['25.6 %', '<0.1 %', '>99.9 %', '95 %', '100 %', '0 %']
    """
    text = f"{100 * share:.1f}".removesuffix(".0")
    if text == "0" and share > 0:
        text = "<0.1"
    elif text == "100" and share < 1:
        text = ">99.9"
    return f"{text}{NARROW_SPACE}%"


def short(name: str, most: int = 40) -> str:
    r"""A name on one line, cut to ``most`` characters.

    Example:
        >>> short("a\nb"), short("x" * 5, 4)
        ('a b', 'xxx…')
    """
    line = " ".join(name.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def joined(names: Sequence[str]) -> str:
    """Names with commas and an "and".

    Example:
        >>> joined(["a", "b", "c"]), joined(["a"]), joined([])
        ('a, b and c', 'a', '')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def sentence(text: str) -> str:
    r"""The first line of ``text`` as a sentence of moderate length; empty stays empty.

    Example:
        >>> sentence("singular matrix"), sentence("It broke.\nDetails"), sentence("")
        ('Singular matrix.', 'It broke.', '')
    """
    line = short(text.strip().split("\n")[0], 200).rstrip(".")
    return f"{line[:1].upper()}{line[1:]}." if line else ""

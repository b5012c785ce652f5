"""A picture of one page of a PDF, and where on it a passage stands."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.errors import NotFound
from core.params import Params
from core.types import Value

WIDTH_PX = 1_400
"""Sharp on a screen of twice the usual density, at the width a page is shown."""
MOST_HEIGHT_PX = 4_000
ANCHOR = 40
"""Letters of the beginning and the end by which a passage is found that is not on the page as a whole."""
MOST_BOXES = 400


class PageImageParams(Params):
    """Which page of which file, and what is to be found on it."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    page: Annotated[int, Field(ge=1)]
    text: Annotated[str, Field(max_length=20_000)] = ""


class PageImage(Value):
    """A picture as PNG, and boxes on it."""

    image_sha256: str
    width: int
    """In pixels."""
    height: int
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    """Left, top, width and height of each line of the text, as shares of the picture; empty when it is not found."""


def run(params: PageImageParams, workspace: Workspace) -> PageImage:
    """Draw the page.

    Raises:
        NotFound: The file has no such page, or is no PDF that can be opened.
    """
    import pypdfium2

    path = workspace.kept_file(params.sha256)
    try:
        document = pypdfium2.PdfDocument(path)
        page = document[params.page - 1]
    except (pypdfium2.PdfiumError, IndexError) as error:
        message = f"There is no page {params.page} that can be drawn."
        raise NotFound(message, hint="Read the page as text.") from error
    width, height = page.get_size()
    scale = min(WIDTH_PX / max(width, 1), MOST_HEIGHT_PX / max(height, 1))
    picture = page.render(scale=scale).to_pil()
    target = Path(workspace.folder) / "page.png"
    picture.save(target, optimize=False)
    return PageImage(
        image_sha256=workspace.keep(target), width=picture.width, height=picture.height, boxes=_boxes(page, params.text)
    )


def _boxes(page: Any, text: str) -> tuple[tuple[float, float, float, float], ...]:
    """The lines of ``text`` on the page; none on a page that is turned, whose places are others."""
    if not text or page.get_rotation():
        return ()
    words = page.get_textpage()
    found = _find(words.get_text_range(), text)
    if found is None:
        return ()
    first, count = found
    left, bottom, right, top = page.get_cropbox()
    width, height = max(right - left, 1.0), max(top - bottom, 1.0)
    boxes = []
    for number in range(min(words.count_rects(first, count), MOST_BOXES)):
        x0, y0, x1, y1 = words.get_rect(number)
        boxes.append(((x0 - left) / width, (top - y1) / height, (x1 - x0) / width, (y1 - y0) / height))
    return tuple(box for box in boxes if -0.01 <= box[0] <= 1.01 and -0.01 <= box[1] <= 1.01)


def _find(page_text: str, text: str) -> tuple[int, int] | None:
    """First character and number of characters of ``text`` on a page; white space, hyphens and case do not count."""
    letters, places = _letters(page_text)
    wanted, _ = _letters(text)
    if not wanted:
        return None
    start, end = letters.find(wanted), -1
    if start >= 0:
        end = start + len(wanted)
    else:
        # It begins or ends on another page, or was put together otherwise.
        start, last = letters.find(wanted[:ANCHOR]), letters.rfind(wanted[-ANCHOR:])
        if start < 0 and last < 0:
            return None
        end = last + min(ANCHOR, len(wanted)) if last >= 0 else len(letters)
        start = max(start, 0)
    if end <= start:
        return None
    return places[start], places[end - 1] + 1 - places[start]


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits in lower case, and where each stands."""
    found = [(match.start(), match[0].lower()) for match in re.finditer(r"[^\W_]", text)]
    return "".join(letter[0] for _, letter in found), [place for place, _ in found]


SPEC = ComputationSpec(
    key="page_image",
    label="Page",
    params=PageImageParams,
    result=PageImage,
    run=run,
    datasets=lambda _: (),
    timeout_s=60,
)

"""Pages that are pictures: found, and read by the program Tesseract where it is installed."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium

from core.documents.building import DocumentBuilder
from core.documents.errors import NothingToRead, UnreadableDocument
from core.documents.portable.lines import Line
from core.documents.spec import ParseContext
from core.types import Severity

PROGRAM = "tesseract"
FEW_LETTERS = 20
"""A page with a picture and fewer letters than this, such as a stamped page number, is taken for a scan."""
LARGE = 0.3
"""Part of the page that its pictures cover at least, if it is a scan."""
MANY_PATHS = 200
"""Drawn outlines on a page without a letter: text that was turned into shapes."""
DOTS_PER_INCH = 300
MAX_PIXELS = 25_000_000
PAGE_TIMEOUT_S = 120
MAX_LANGUAGES = 4
_NO_LANGUAGES = ("osd", "equ", "snum")


def is_picture(page: Any, lines: list[Line]) -> bool:
    """Whether the words of a page, if it has any, are in pictures."""
    if sum(len(line.text) for line in lines) >= FEW_LETTERS:
        return False
    area = page.get_width() * page.get_height()
    covered = n_paths = 0.0
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH), max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            n_paths += 1
        else:
            left, bottom, right, top = item.get_bounds()
            covered += abs(right - left) * abs(top - bottom)
    return covered > LARGE * area or (n_paths > MANY_PATHS and not lines)


class ScannedPages:
    """Reads pictures of pages one by one and remembers what came of it."""

    def __init__(self, context: ParseContext) -> None:
        self.waiting: set[int] = set()
        """Numbers of pages that are pictures."""
        self.unread: list[int] = []
        self.read_pages: list[int] = []
        self._blank: list[int] = []
        self._late: list[int] = []
        self._context = context
        self._program = shutil.which(PROGRAM)
        self._languages: str | None = None

    @property
    def is_installed(self) -> bool:
        """Whether the program is there."""
        return self._program is not None

    def read(self, page: Any, number: int) -> list[str]:
        """The paragraphs that Tesseract sees on a page; none when it is not there, sees none, or takes too long."""
        if self._program is None:
            self.unread.append(number)
            return []
        picture = self._context.folder / f"page-{number}.pgm"
        try:
            _draw(page, picture)
            done = self._run([str(picture), "stdout", "-l", self._chosen_languages(), "--psm", "3"])
        except subprocess.TimeoutExpired:
            self._late.append(number)
            self.unread.append(number)
            return []
        finally:
            picture.unlink(missing_ok=True)
        paragraphs = [text for text in done.stdout.replace("\f", "").split("\n\n") if text.strip()]
        if done.returncode or not paragraphs:
            self._blank.append(number)
            self.unread.append(number)
            return []
        self.read_pages.append(number)
        return paragraphs

    def tell(self, builder: DocumentBuilder) -> None:
        """What a person should know of the pages that are pictures."""
        if self.read_pages:
            builder.notice(
                "read_by_ocr",
                f"{page_list(self.read_pages)}: scanned, read by Tesseract. Letters may be wrong.",
            )
        if not self.unread:
            return
        if not self.is_installed:
            why = "scanned and left out, since Tesseract, which reads text in pictures, is not installed"
        elif self._late:
            why = f"scanned and left out: Tesseract saw no text there, or took longer than {PAGE_TIMEOUT_S} s"
        else:
            why = "scanned, and Tesseract saw no text there"
        builder.notice("unread_scans", f"{page_list(self.unread)}: {why}.", severity=Severity.WARNING)

    def failure(self) -> UnreadableDocument:
        """The refusal of a document in which nothing could be read."""
        return NothingToRead("PDF", because="its pages are pictures in which Tesseract saw no text")

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        assert self._program is not None
        return subprocess.run(
            [self._program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PAGE_TIMEOUT_S,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads cost more than they bring
        )

    def _chosen_languages(self) -> str:
        """The installed languages, English first: several at once cost time, so only the first few."""
        if self._languages is None:
            listed = self._run(["--list-langs"]).stdout.split("\n")[1:]
            names = sorted(
                {name.strip() for name in listed} - {"", *_NO_LANGUAGES}, key=lambda name: (name != "eng", name)
            )
            self._languages = "+".join(names[:MAX_LANGUAGES]) or "eng"
        return self._languages


def _draw(page: Any, destination: Path) -> None:
    """The page as a grey picture, in the plainest format there is."""
    scale = DOTS_PER_INCH / 72
    n_pixels = page.get_width() * page.get_height() * scale**2
    if n_pixels > MAX_PIXELS:
        scale *= (MAX_PIXELS / n_pixels) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    with destination.open("wb") as out:
        out.write(f"P5 {bitmap.width} {bitmap.height} 255\n".encode())
        for row in range(bitmap.height):
            out.write(rows[row * bitmap.stride : row * bitmap.stride + bitmap.width])
    bitmap.close()


def page_list(numbers: list[int]) -> str:
    """Page numbers for a sentence.

    Example:
        >>> page_list([3]), page_list([1, 2, 3, 7]), page_list([1, 2])
        ('Page 3', 'Pages 1–3 and 7', 'Pages 1 and 2')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        parts += [f"{run[0]:,}–{run[-1]:,}"] if len(run) > 2 else [f"{number:,}" for number in run]
    if len(parts) > 12:
        parts = [*parts[:11], f"{len(parts) - 11:,} more"]
    shown = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {shown}"

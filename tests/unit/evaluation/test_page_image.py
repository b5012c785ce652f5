"""A page of a PDF as a picture, and where on it a passage stands."""

from pathlib import Path

import pytest
from PIL import Image

from core.errors import NotFound
from evaluation.computations.page_image import WIDTH_PX, PageImage, PageImageParams, run
from tests.workspaces import LocalWorkspace

LINES = ("The quick brown fox jumps", "over the lazy dog and then", "it sleeps until the morning.")
TOP, STEP, LEFT = 700, 40, 100


def make_pdf(path: Path, *, rotation: int = 0) -> Path:
    """One page of 600 x 800 points with three lines of text, the first at 100, 700 points from below left."""
    shown = b""
    for number, line in enumerate(LINES):
        shown += b"BT /F1 20 Tf %d %d Td (%s) Tj ET\n" % (LEFT, TOP - STEP * number, line.encode())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Rotate %d /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % rotation,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    path.write_bytes(content + head + table + end)
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> LocalWorkspace:
    return LocalWorkspace(tmp_path)


def draw(workspace: LocalWorkspace, pdf: Path, *, page: int = 1, text: str = "") -> PageImage:
    return run(PageImageParams(sha256=workspace.keep(pdf), page=page, text=text), workspace)


def test_the_picture_has_the_shape_of_the_page(workspace: LocalWorkspace, tmp_path: Path) -> None:
    drawn = draw(workspace, make_pdf(tmp_path / "a.pdf"))
    assert (drawn.width, drawn.boxes) == (WIDTH_PX, ())
    assert drawn.height == pytest.approx(WIDTH_PX * 800 / 600, abs=1)
    with Image.open(workspace.kept_file(drawn.image_sha256)) as picture:
        assert (picture.format, picture.size) == ("PNG", (drawn.width, drawn.height))


def test_each_line_of_a_passage_has_a_box_where_it_is_printed(workspace: LocalWorkspace, tmp_path: Path) -> None:
    drawn = draw(
        workspace, make_pdf(tmp_path / "a.pdf"), text="over the lazy dog and\nthen it SLEEPS until the morning."
    )
    assert len(drawn.boxes) == 2
    for number, (left, top, width, height) in enumerate(drawn.boxes, 1):
        assert left == pytest.approx(LEFT / 600, abs=0.01)
        baseline = (800 - (TOP - STEP * number)) / 800
        assert top < baseline <= top + height + 0.01
        assert 0.2 < width < 0.6


def test_a_passage_that_goes_on_elsewhere_is_marked_as_far_as_it_is_here(
    workspace: LocalWorkspace, tmp_path: Path
) -> None:
    text = "until the morning. " + "On the next page the fox wakes up and runs into the wood. " * 3
    before = "The chapter before ended with a long sentence that stands on another page. " + " ".join(LINES[:2])
    pdf = make_pdf(tmp_path / "a.pdf")
    assert draw(workspace, pdf, text=text).boxes == ()  # too little of it is here
    assert len(draw(workspace, pdf, text=before).boxes) == 2


def test_a_turned_page_is_drawn_without_boxes(workspace: LocalWorkspace, tmp_path: Path) -> None:
    drawn = draw(workspace, make_pdf(tmp_path / "a.pdf", rotation=90), text=LINES[0])
    assert drawn.width > drawn.height
    assert drawn.boxes == ()


def test_no_such_page_and_no_pdf_are_refused(workspace: LocalWorkspace, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no page 9"):
        draw(workspace, make_pdf(tmp_path / "a.pdf"), page=9)
    other = tmp_path / "b.pdf"
    other.write_text("not a PDF", encoding="utf-8")
    with pytest.raises(NotFound):
        draw(workspace, other)

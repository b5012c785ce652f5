"""Judged sets of questions of different character, made from what is installed and from a seed, in BEIR form.

No set was written to flatter a setting: each has a side on which one way of searching is weak.

``python -m tests.benchmarks.retrieval_sets FOLDER`` writes them all.
"""

import inspect
import json
import pkgutil
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.services.retrieval_lab import HANDBOOK_QUESTIONS
from core.lab.importing import read_questions
from tests.benchmarks.retrieval_texts import FACTS, MATERIALS, PLACES, SYMPTOMS

DOCS = Path(__file__).parents[2] / "docs"
SEED = 7


@dataclass(kw_only=True)
class JudgedSet:
    """Documents, questions, and which document answers which question."""

    documents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title and text by id."""
    questions: dict[str, str] = field(default_factory=dict)
    relevant: dict[str, dict[str, int]] = field(default_factory=dict)
    """Grades by question and document."""

    def ask(self, text: str, *document_ids: str) -> None:
        key = f"q{len(self.questions)}"
        self.questions[key] = text
        self.relevant[key] = dict.fromkeys(document_ids, 1)

    def write(self, folder: Path) -> None:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
            for key, (title, text) in self.documents.items():
                file.write(json.dumps({"_id": key, "title": title, "text": text}) + "\n")
        with (folder / "queries.jsonl").open("w", encoding="utf-8") as file:
            for key, text in self.questions.items():
                file.write(json.dumps({"_id": key, "text": text}) + "\n")
        lines = ["query-id\tcorpus-id\tscore"]
        lines += [f"{key}\t{each}\t{grade}" for key, held in self.relevant.items() for each, grade in held.items()]
        (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


# --- Docstrings of installed libraries -------------------------------------------------------------------------------

_MODULES = (
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "scipy.stats",
    "scipy.signal",
    "scipy.optimize",
    "scipy.ndimage",
    "scipy.spatial.distance",
    "sklearn.metrics",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.preprocessing",
    "sklearn.cluster",
    "sklearn.model_selection",
    "pandas",
)
_HEADING = re.compile(r"\n\s*([A-Z][A-Za-z ]+)\n\s*-{3,}\s*\n")


@dataclass(frozen=True, kw_only=True)
class Described:
    """A function or class with the parts of its docstring."""

    name: str
    summary: str
    body: str
    notes: str


def described(owners: Iterable[str] = _MODULES) -> Iterator[Described]:
    """What modules and classes say of their members, each once."""
    seen: set[str] = set()
    for module_name in owners:
        owner = pkgutil.resolve_name(module_name)
        for name in sorted(each for each in dir(owner) if not each.startswith("_")):
            text = inspect.getdoc(getattr(owner, name, None)) or ""
            if not 400 < len(text) < 12_000 or text[:200] in seen:
                continue
            seen.add(text[:200])
            found = _parts(f"{module_name}.{name}", text)
            if found is not None:
                yield found


def _parts(name: str, text: str) -> Described | None:
    paragraphs = [each for each in re.split(r"\n\s*\n", text) if each.strip()]
    first = next((n for n, each in enumerate(paragraphs) if not re.match(r"\s*[\w.]+\(", each)), None)
    if first is None or len(paragraphs) < first + 3:
        return None
    summary = " ".join(paragraphs[first].split())
    pieces = _HEADING.split("\n" + "\n\n".join(paragraphs[first + 1 :]))
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    notes = " ".join(sections.get("Notes", "").split())
    kept = [pieces[0]] + [f"{head}\n{body}" for head, body in sections.items() if head not in ("Notes", "References")]
    body = "\n".join(" ".join(part.split()) for part in kept).strip()
    if len(body) < 200 or not 15 < len(summary) < 300:
        return None
    return Described(name=name, summary=summary, body=body[:2_500], notes=notes)


def _of_docstrings(
    ask: Callable[[JudgedSet, str, Described, random.Random], None], n: int, owners: Iterable[str] = _MODULES
) -> JudgedSet:
    rng = random.Random(SEED)
    found = list(described(owners))
    judged = JudgedSet()
    for one in found:
        judged.documents[one.name] = ("", one.body)
    for one in rng.sample(found, len(found)):
        if len(judged.questions) < n:
            ask(judged, one.name, one, rng)
    return judged


def summaries() -> JudgedSet:
    """What a function does, in its author's sentence; to be found is the rest of its description."""
    return _of_docstrings(lambda judged, key, one, _: judged.ask(one.summary, key), 250)


def names() -> JudgedSet:
    """Bare names, as they stand in code."""

    def ask(judged: JudgedSet, key: str, one: Described, rng: random.Random) -> None:
        short = key.rsplit(".", 1)[1]
        if short in one.body and len(short) > 4:
            judged.ask(rng.choice([short, key, f"{short}()", f"how to use {short}"]), key)

    return _of_docstrings(ask, 250)


def notes() -> JudgedSet:
    """Long questions: the remarks on a method, 40 to 120 words; to be found is its description without them."""

    def ask(judged: JudgedSet, key: str, one: Described, _: random.Random) -> None:
        words = one.notes.split()
        if len(words) >= 40:
            judged.ask(" ".join(words[:120]), key)

    return _of_docstrings(ask, 150)


def keywords() -> JudgedSet:
    """Three telling words of a description, as people type them into a search box."""

    def ask(judged: JudgedSet, key: str, one: Described, rng: random.Random) -> None:
        words = list(dict.fromkeys(re.findall(r"[a-z]{6,}", one.body[:800].lower())))
        if len(words) > 12:
            judged.ask(" ".join(rng.sample(words, 3)), key)

    return _of_docstrings(ask, 200)


_OTHERS = (
    "pandas:DataFrame",
    "pandas:Series",
    "statsmodels.api",
    "scipy.linalg",
    "scipy.special",
    "sqlalchemy",
    "numpy.ma",
)
"""Libraries that took no part in choosing settings but for the last step, which was looked at on them too."""


def other_summaries() -> JudgedSet:
    """As ``summaries``, of other libraries."""
    return _of_docstrings(lambda judged, key, one, _: judged.ask(one.summary, key), 250, _OTHERS)


def how_to() -> JudgedSet:
    """Half a summary asked as a question, with or without the name."""

    def ask(judged: JudgedSet, key: str, one: Described, rng: random.Random) -> None:
        words = one.summary.rstrip(".").split()
        if len(words) >= 6:
            name = key.replace(":", ".").rsplit(".", 1)[1]
            half = " ".join(words[: len(words) // 2 + 1]).lower()
            judged.ask(rng.choice([f"how do I {half}?", f"{name} {' '.join(words[-3:])}", f"{half} with {name}"]), key)

    return _of_docstrings(ask, 250, _OTHERS)


# --- The handbook ----------------------------------------------------------------------------------------------------


def headings() -> JudgedSet:
    """Headings of the handbook; to be found are the sections below them, without them."""
    judged = JudgedSet()
    for path in sorted(DOCS.rglob("*.md")):
        page = ""
        for number, part in enumerate(re.split(r"^(?=#+ )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)):
            head, _, body = part.partition("\n")
            title = head.lstrip("# ").strip()
            page = page or title
            if len(body.split()) < 25:
                continue
            key = f"{path.relative_to(DOCS)}-{number}"
            judged.documents[key] = ("", body.strip()[:2_500])
            if title and number:
                judged.ask(title if len(title.split()) > 2 else f"{page}: {title}", key)
    return judged


# --- Written and made by us ------------------------------------------------------------------------------------------


def paraphrases() -> JudgedSet:
    """Questions in other words than the answer's, among the answers to other questions and remarks of every day."""
    judged = JudgedSet()
    rng = random.Random(SEED)
    for number, (fact, question, _) in enumerate(FACTS):
        judged.documents[f"fact-{number}"] = ("", fact)
        judged.ask(question, f"fact-{number}")
    for number in range(300):
        place, material, symptom = rng.choice(PLACES), rng.choice(MATERIALS), rng.choice(SYMPTOMS)
        opening = rng.choice(("Our neighbour says that", "Why is it that", "Yesterday", "How long will it be before"))
        judged.documents[f"remark-{number}"] = ("", f"{opening} the {material} of the {place} {symptom}?")
    return judged


def misleading() -> JudgedSet:
    """The same questions, and for each a text about something else that has its words: words alone are no help."""
    judged = paraphrases()
    for number, (_, _, decoy) in enumerate(FACTS):
        judged.documents[f"decoy-{number}"] = ("", decoy)
    return judged


def part_numbers() -> JudgedSet:
    """A catalogue of spare parts, asked for by number, by fault code, or by both words and number."""
    rng = random.Random(SEED)
    judged = JudgedSet()
    used: set[str] = set()
    for number in range(1_200):
        code = f"{rng.choice('ABCDEFGHKLMNPRSTVXZ')}{rng.choice('QRXZ')}-{rng.randint(100, 9999)}"
        fault = f"E{rng.randint(1000, 9999)}"
        if code in used or fault in used:
            continue
        used |= {code, fault}
        material, place, symptom = rng.choice(MATERIALS), rng.choice(PLACES), rng.choice(SYMPTOMS)
        text = (
            f"Part {code} is made of {material} and belongs to the {place}. It is replaced when the unit {symptom}, "
            f"which the display shows as fault {fault}. Order {rng.randint(1, 9)} pieces at a time."
        )
        key = f"part-{number}"
        judged.documents[key] = ("", text)
        if len(judged.questions) < 200:
            judged.ask(rng.choice([code, fault, f"What does {fault} mean?", f"{material} part {code}"]), key)
    return judged


def continuations() -> JudgedSet:
    """First sentences of paragraphs of Python's language reference; to be found is how they go on."""
    from pydoc_data.topics import topics

    rng = random.Random(SEED)
    judged = JudgedSet()
    asked = []
    for topic, text in sorted(topics.items()):
        for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
            first, _, rest = " ".join(paragraph.split()).partition(". ")
            if len(rest.split()) >= 25 and 6 <= len(first.split()) <= 40:
                key = f"{topic}-{number}"
                judged.documents[key] = ("", rest)
                asked.append((first, key))
    known: dict[str, list[str]] = {}
    for key, (_, text) in judged.documents.items():
        known.setdefault(text, []).append(key)
    for first, key in rng.sample(asked, min(250, len(asked))):
        judged.ask(first, *known[judged.documents[key][1]])
    return judged


def handbook() -> JudgedSet:
    """What people ask about Praxis, and the sections of its help that answer it; those without an answer left out."""
    judged = JudgedSet()
    paths: dict[str, list[str]] = {}
    for name, path, text in _sections():
        key = f"{name}#{' > '.join(path)}"
        judged.documents[key] = (" > ".join(path), text)
        paths.setdefault(f"{name}#{path[-1]}", []).append(key)
        paths.setdefault(name, []).append(key)
        for heading in path[1:-1]:  # a section stands for everything below it
            paths.setdefault(f"{name}#{heading}", []).append(key)
    for question in read_questions(HANDBOOK_QUESTIONS.read_bytes(), file_name=HANDBOOK_QUESTIONS.name):
        if question.relevant:
            judged.ask(question.text, *(key for each in question.relevant for key in paths[each]))
    return judged


def _sections() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """File, headings and text of each section of the help."""
    for page in sorted(DOCS.rglob("*.md")):
        path: list[str] = []
        lines: list[str] = []
        is_code = False
        for line in [*page.read_text(encoding="utf-8").splitlines(), "# "]:
            is_code ^= line.startswith("```")
            if is_code or not re.match(r"#{1,4} ", line):
                lines.append(line)
                continue
            if path and any(map(str.strip, lines)):
                yield page.relative_to(DOCS).as_posix(), tuple(path), "\n".join(lines)
            level = len(line) - len(line.lstrip("#"))
            path, lines = [*path[: level - 1], line.lstrip("# ")], []


HELD_OUT = ("handbook",)
"""Sets that no setting was chosen by."""
SETS: dict[str, Callable[[], JudgedSet]] = {
    "summaries": summaries,
    "names": names,
    "notes": notes,
    "keywords": keywords,
    "headings": headings,
    "paraphrases": paraphrases,
    "misleading": misleading,
    "part_numbers": part_numbers,
    "continuations": continuations,
    "other_summaries": other_summaries,
    "how_to": how_to,
    "handbook": handbook,
}


def main(folder: Path) -> None:
    """Write every set into a folder of its own."""
    for name, make in SETS.items():
        judged = make()
        judged.write(folder / name)
        print(f"{name}: {len(judged.documents):,} documents, {len(judged.questions):,} questions")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

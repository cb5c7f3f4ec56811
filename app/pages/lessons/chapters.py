"""The lecture's chapters: text in every language, the widget that shows the idea, a question, a door into Explore."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from app.pages.context import LANGUAGES, Language
from app.pages.lessons.rules import RuleResult, apply_rule

AnswerKind = Literal["number", "shape", "cell", "choice"]

_FOLDER = Path(__file__).resolve().parent / "chapters"
_DOOR = frozenset(
    {"network", "picture", "checkpoint", "layer", "channel", "cell", "depth", "edits", "experiment", "scale"}
)


class InvalidChapter(ValueError):
    """A chapter's file is invalid: a value is not permitted, or a required one is missing."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A question with its numbers: what is given, the answer, and which cells of which grids may be shown."""

    given: Mapping[str, Any]
    answer: RuleResult

    def fill(self, text: str) -> str:
        """Return a text with ``{name}`` replaced by what is given and ``{answer}`` by the answer.

        ``{answer_0}``, ``{answer_1}`` … are a shape's or a cell's numbers one by one.
        """
        parts = self.answer if isinstance(self.answer, tuple) else ()
        singly = {f"answer_{index}": part for index, part in enumerate(parts)}
        return text.format_map({**self.given, **singly, "answer": answer_text(self.answer)})


@dataclass(frozen=True, slots=True)
class Question:
    """What a chapter asks. ``shows`` names the given matrices that are drawn; the first is where a cell is chosen."""

    id: str
    asks: AnswerKind
    variants: tuple[Variant, ...]
    shows: tuple[str, ...]
    ask: Mapping[Language, str]
    why: Mapping[Language, str]
    options: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Widget:
    """A custom element in a chapter, with the state that it begins in and a line that says what to do with it."""

    element: str
    attributes: Mapping[str, str]
    look: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter. ``section`` is the lecture's own number; ``formula`` names a template's MathML, or is None."""

    id: str
    section: str
    formula: str | None
    door: Mapping[str, str]
    widgets: tuple[Widget, ...]
    questions: tuple[Question, ...]
    title: Mapping[Language, str]
    idea: Mapping[Language, tuple[str, ...]]
    beyond: Mapping[Language, str]
    wrong: Mapping[Language, tuple[str, ...]]
    lecture: Mapping[Language, str] | None


def answer_text(value: RuleResult) -> str:
    """Return an answer as a person reads it: 9 × 9 × 6, −3, 0.25."""
    if isinstance(value, tuple):
        return " × ".join(str(number) for number in value)
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else f"{value:g}".replace("-", "−")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return all chapters in the lecture's order. Raises InvalidChapter where a file is not as it must be."""
    return tuple(read(path) for path in sorted(_FOLDER.glob("*.toml")))


def read(path: Path) -> Chapter:
    """Return the chapter of a file ``NN-id.toml``. Raises InvalidChapter."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _chapter(path.stem.partition("-")[2], data)
    except (TypeError, LookupError, ValueError, RuntimeError) as error:
        raise InvalidChapter(f"{path.name}: {error!r}") from error


def _chapter(name: str, data: dict[str, Any]) -> Chapter:
    words = {lang: data[lang] for lang in LANGUAGES}
    door = {key: str(value) for key, value in data["door"].items()}
    if unknown := door.keys() - _DOOR:
        raise InvalidChapter(f"a door cannot name {', '.join(sorted(unknown))}")
    lecture = {lang: text["lecture"] for lang, text in words.items() if "lecture" in text}
    if lecture and lecture.keys() != words.keys():
        raise InvalidChapter("the remark on the lecture is missing in a language")
    return Chapter(
        id=name,
        section=data["section"],
        formula=data.get("formula"),
        door=door,
        widgets=tuple(_widget(widget, words, index) for index, widget in enumerate(data["widgets"])),
        questions=tuple(
            _question(name, question, words, index) for index, question in enumerate(data["questions"])
        ),
        title={lang: text["title"] for lang, text in words.items()},
        idea={lang: tuple(text["idea"]) for lang, text in words.items()},
        beyond={lang: text["door"] for lang, text in words.items()},
        wrong={lang: tuple(text["wrong"]) for lang, text in words.items()},
        lecture=lecture or None,
    )


def _widget(data: dict[str, Any], words: dict[Language, Any], index: int) -> Widget:
    attributes = {name.replace("_", "-"): str(value) for name, value in data.items() if name != "element"}
    return Widget(data["element"], attributes, {lang: text["look"][index] for lang, text in words.items()})


def _question(chapter: str, data: dict[str, Any], words: dict[Language, Any], index: int) -> Question:
    asks: AnswerKind = data["asks"]
    if asks not in get_args(AnswerKind):
        raise InvalidChapter(f"a question cannot ask for {asks!r}")
    texts_by_lang = {lang: text["questions"][index] for lang, text in words.items()}
    variants = []
    for numbers in data["variants"]:
        # Values that only the text contains, such as a name for a cell, are not arguments of the rule.
        arguments = {name: value for name, value in numbers.items() if name not in data.get("text_only", ())}
        variants.append(Variant(numbers, apply_rule(data["rule"], arguments)))
    texts = [
        text
        for question in texts_by_lang.values()
        for text in (question["ask"], question["why"], *question.get("options", ()))
    ]
    for variant, text in itertools.product(variants, texts):
        variant.fill(text)  # every blank has something that fills it
    return Question(
        id=f"{chapter}-{index + 1}",
        asks=asks,
        variants=tuple(variants),
        shows=tuple(data.get("shows", ())),
        ask={lang: question["ask"] for lang, question in texts_by_lang.items()},
        why={lang: question["why"] for lang, question in texts_by_lang.items()},
        options={lang: tuple(question.get("options", ())) for lang, question in texts_by_lang.items()},
    )

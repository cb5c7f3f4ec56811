"""The public elements: what may be set of each, and that every language says what it is."""

from __future__ import annotations

from app.pages.context import LANGUAGES, strings
from app.pages.lessons.elements import elements


def test_every_element_and_attribute_is_documented_in_every_language() -> None:
    for lang in LANGUAGES:
        said = strings(lang)
        for name, entry in elements().items():
            wanted = [f"learn.element.{name}", f"learn.element.{name}.about"]
            wanted += [f"learn.attribute.{name}.{one}" for one in entry["attributes"]]
            wanted += [f"learn.control.{one}" for one in entry["attributes"]]
            assert [key for key in wanted if key not in said] == []
            assert entry["events"] == ["change"]

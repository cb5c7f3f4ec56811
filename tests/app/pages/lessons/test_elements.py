"""The public elements: what may be set of each, and that every language says what it is."""

from __future__ import annotations

from app import resources
from app.pages.context import LANGUAGES, strings
from app.pages.lessons.elements import elements


def test_every_element_and_attribute_is_documented_in_every_language() -> None:
    for lang in LANGUAGES:
        texts = strings(lang)
        for name, entry in elements().items():
            keys = [f"learn.element.{name}", f"learn.element.{name}.about"]
            keys += [f"learn.attribute.{name}.{one}" for one in entry["attributes"]]
            keys += [f"learn.control.{one}" for one in entry["attributes"]]
            assert [key for key in keys if key not in texts] == []
            assert entry["events"] == ["change"]


def test_every_attribute_says_of_what_type_it_is_and_begins_with_a_value_of_that_type() -> None:
    for name, entry in elements().items():
        for attribute, each in entry["attributes"].items():
            place, default = f"{name} {attribute}", each["default"]
            match each["type"]:
                case "integer" | "number":
                    assert each["low"] <= float(default) <= each["high"], place
                case "choice":
                    assert default in each["choices"], place
                case "switch":
                    assert default in {"on", "off"}, place
                case "matrix":
                    rows = [row.split() for row in default.split("/")]
                    assert len({len(row) for row in rows}) == 1, place
                    assert all(float(number) == float(number) for row in rows for number in row), place
                case kind:
                    assert kind in {"picture", "cell", "text"}, place


def test_every_element_has_a_module_of_its_name() -> None:
    for name in elements():
        assert (resources.static_dir() / "js" / "learn" / "elements" / f"{name}.js").is_file()

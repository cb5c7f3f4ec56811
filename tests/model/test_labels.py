from __future__ import annotations

from model import labels


def test_thousand_names_in_the_order_of_imagenet() -> None:
    names = labels.imagenet()
    assert len(names) == len(set(names)) == 1000
    known = {0: "tench", 207: "golden retriever", 281: "tabby", 285: "Egyptian cat", 504: "coffee mug"}
    assert {i: names[i] for i in known} == known
    assert names[967] == "espresso"
    assert names[999] == "toilet tissue"


def test_classes_that_share_a_first_synonym_are_told_apart() -> None:
    names = labels.imagenet()
    assert names[134] != names[517]
    assert "crane" in names[134]
    assert "crane" in names[517]
    assert names[638] != names[639]
    assert "maillot" in names[638]
    assert "maillot" in names[639]

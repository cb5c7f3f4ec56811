from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from model import registry
from model.card import Card, Network


@pytest.mark.parametrize("network", registry.NETWORKS.values(), ids=lambda one: one.card.id)
def test_a_network_is_trained_by_us_or_published_by_others(network: Network) -> None:
    assert (network.recipe is None) != (network.published is None)
    checkpoints = network.card.checkpoints
    assert checkpoints[-1] == "trained"
    assert len(set(checkpoints)) == len(checkpoints)
    epochs = [int(name.removeprefix("epoch-")) for name in checkpoints if name.startswith("epoch-")]
    assert epochs == sorted(epochs)


def test_a_card_is_a_fact_and_does_not_change() -> None:
    card: Card = registry.get("lenet").card
    with pytest.raises(FrozenInstanceError):
        card.title = "Another"  # type: ignore[misc]

from __future__ import annotations

import pytest

from model import registry
from model.datasets import DATASETS
from model.recipe import Recipe

RECIPES = {name: network.recipe for name, network in registry.NETWORKS.items() if network.recipe}


def test_checkpoints_are_named_in_the_order_of_training() -> None:
    recipe = Recipe("mnist", 9, 8, "sgd", 0.1, saved_epochs=(1, 4))
    assert recipe.checkpoints == ("initial", "epoch-1", "epoch-4", "trained")


@pytest.mark.parametrize("name", list(RECIPES))
def test_card_lists_what_the_recipe_leaves(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.dataset in DATASETS
    assert registry.get(name).card.checkpoints == recipe.checkpoints
    # The last epoch is `trained`; to list it twice would show readers no change.
    assert all(0 < epoch < recipe.epochs for epoch in recipe.saved_epochs)

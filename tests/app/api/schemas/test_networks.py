from __future__ import annotations

from app.api.schemas.networks import NetworkAnswer, NetworkGraphAnswer
from app.services.container import Services


def test_a_card_with_its_graph_begins_with_the_card(services: Services) -> None:
    networks = services.networks
    for card in networks.cards:
        alone = NetworkAnswer.of(card, networks).model_dump()
        whole = NetworkGraphAnswer.of(card, networks).model_dump()
        assert list(whole)[: len(alone)] == list(alone)
        assert {name: whole[name] for name in alone} == alone
        assert list(whole)[len(alone) :] == ["layers", "edges", "blocks", "preprocessing"]


def test_an_accuracy_that_nobody_measured_here_is_null(services: Services) -> None:
    networks = services.networks
    accuracies = {card.id: NetworkAnswer.of(card, networks).accuracy for card in networks.cards}
    assert accuracies["efficientnet-lite0"] is None or accuracies["efficientnet-lite0"].count > 0
    assert accuracies["tiny-vgg"] is not None
    assert 0 < accuracies["tiny-vgg"].value < 1


def test_a_cards_preprocessing_says_each_steps_settings(services: Services) -> None:
    networks = services.networks
    steps = [
        step.model_dump() for step in NetworkGraphAnswer.of(networks.card("lenet"), networks).preprocessing
    ]
    assert steps[:3] == [
        {"kind": "center_crop", "fraction": 1.0},
        {"kind": "to_mode", "mode": "L"},
        {"kind": "resize", "height": 28, "width": 28, "filter": "bicubic"},
    ]

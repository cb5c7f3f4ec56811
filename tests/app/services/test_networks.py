from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from cachetools import LRUCache
from torch import nn

from app.services.networks import Networks, UnusableCheckpoint, choose_device
from app.settings import Settings
from app.tracing.editing.edits import MuteChannel, SetBias
from model import registry


@pytest.fixture
def networks(tmp_path: Path) -> Networks:
    return Networks(Settings(data_dir=tmp_path, device="cpu"))


@pytest.mark.parametrize(
    ("setting", "cuda", "chosen"),
    [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cuda", True, "cuda")],
)
def test_auto_takes_cuda_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    cuda: bool,
    chosen: str,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert choose_device(setting).type == chosen


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match="CONVSCOPE_DEVICE is 'cuda', but this machine has cpu"):
        choose_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_values_of_a_gpu_agree_with_the_cpu(tmp_path: Path) -> None:
    picture = torch.rand(3, 32, 32)
    on_gpu, on_cpu = (
        Networks(Settings(data_dir=tmp_path, device=device)).program("small-vgg", "trained").record(picture)
        for device in ("cuda", "cpu")
    )
    for layer, values in on_gpu.items():
        assert values.device.type == "cpu"
        assert torch.allclose(values, on_cpu[layer], rtol=1e-3, atol=1e-4), layer


def test_every_network_traces_and_every_checkpoint_runs(networks: Networks) -> None:
    for card in networks.cards:
        graph = networks.graph(card.id)
        assert graph.layers[0].shape == card.input_shape
        assert graph.by_id[graph.output].kind == ("sigmoid" if card.id == "lecture-cnn" else "softmax")
        assert networks.parameters(card.id) == registry.parameters(registry.get(card.id))
        for checkpoint in card.checkpoints:
            values = networks.program(card.id, checkpoint).record(torch.rand(card.input_shape))
            assert torch.isfinite(values[graph.output]).all()


def test_fingerprints_tell_checkpoints_apart_and_stay(networks: Networks, tmp_path: Path) -> None:
    names = networks.card("tiny-vgg").checkpoints
    prints = {name: networks.fingerprint("tiny-vgg", name) for name in names}
    # the last epoch's weights are the trained ones; all others differ
    assert len(set(prints.values())) >= len(names) - 1
    again = Networks(Settings(data_dir=tmp_path, device="cpu"))
    assert {name: again.fingerprint("tiny-vgg", name) for name in names} == prints


def test_of_many_callers_one_loads(networks: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    load = registry.load
    monkeypatch.setattr(registry, "load", lambda *args: (loads.append(args[0]), load(*args))[1])
    barrier = threading.Barrier(8)
    programs: list[object] = []

    def ask() -> None:
        barrier.wait()
        programs.append(networks.program("lenet", "trained"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == ["lenet"]
    assert len(programs) == 8
    assert all(program is programs[0] for program in programs)


def test_a_checkpoint_that_is_not_there_leaves_nothing_behind(networks: Networks) -> None:
    networks.program("lenet", "trained")
    before = len(networks._results)
    for number in range(5):
        with pytest.raises(registry.UnknownCheckpoint):
            networks.edited("lenet", f"never-{number}", {})
    assert len(networks._results) == before


def test_edited_programs_are_kept_until_their_weights_are_too_many(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.networks._PROGRAM_BYTES", 0)
    heavy, light = (
        {0: SetBias(layer=layer, filter=0, value=value)} for layer, value in (("fc1", 1.0), ("fc3", 2.0))
    )
    first = networks.edited("lenet", "trained", heavy)
    assert first.nbytes == 4 * 120
    assert networks.edited("lenet", "trained", heavy) is first
    networks._edited = LRUCache(4 * 119, getsizeof=networks._edited.getsizeof)
    assert networks.edited("lenet", "trained", heavy) is not networks.edited("lenet", "trained", heavy)
    second = networks.edited("lenet", "trained", light)
    assert networks.edited("lenet", "trained", light) is second


def test_edited_programs_leave_the_network_that_runs_untouched(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = networks.program("lenet", "trained")
    moved: list[nn.Module] = []
    monkeypatch.setattr(nn.Module, "to", lambda module, *_: moved.append(module) or module)
    networks.edited("lenet", "trained", {0: MuteChannel(layer="conv1", channel=0)})
    assert program.module not in moved


def test_a_load_that_fails_is_tried_again_by_who_waited_for_it(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, calls = registry.load, 0
    waiting = threading.Event()

    def failing_first(*args: str) -> nn.Module:
        nonlocal calls
        calls += 1
        if calls == 1:
            assert waiting.wait(20)
            raise OSError("the disk is away")
        return load(*args)

    monkeypatch.setattr(registry, "load", failing_first)
    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(networks.program("lenet", "trained"))
        except UnusableCheckpoint as error:
            answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    waiting.set()
    for thread in threads:
        thread.join()
    assert calls == 2
    assert sorted(type(answer).__name__ for answer in answers) == ["Program", "Program", "UnusableCheckpoint"]


def test_one_network_is_not_waited_for_by_another(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = registry.load
    loading, gate = threading.Event(), threading.Event()

    def slow(network_id: str, checkpoint: str) -> nn.Module:
        if network_id == "lenet":
            loading.set()
            assert gate.wait(20)
        return load(network_id, checkpoint)

    monkeypatch.setattr(registry, "load", slow)
    slow_one = threading.Thread(target=networks.program, args=("lenet", "trained"))
    slow_one.start()
    assert loading.wait(20)
    assert networks.program("lecture-cnn", "initial").graph is networks.graph("lecture-cnn")
    assert networks.graph("lenet").layers
    gate.set()
    slow_one.join()

"""Settings: from the environment, within bounds, and fitting the machine where nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app import settings as module
from app.settings import Settings


def test_every_setting_can_be_given_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONVSCOPE_WORKERS", "3")
    monkeypatch.setenv("CONVSCOPE_DATA_DIR", str(tmp_path))
    settings = Settings()
    assert (settings.worker_count, settings.data_dir) == (3, tmp_path)


def test_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_HOSTS", "class.example, *.school.example,")
    monkeypatch.delenv("CONVSCOPE_ORIGINS", raising=False)
    assert Settings().hosts == ("class.example", "*.school.example")
    assert Settings(hosts=("other.example",)).hosts == ("other.example",)
    assert Settings().origins == ()


def test_a_setting_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="colour"):
        Settings(colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "value"),
    [("picture_ttl", 1), ("workers", 65), ("max_side", 16), ("device", "tpu"), ("queue_limit", 0)],
)
def test_a_value_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cores", "workers", "threads", "expected"),
    [(4, 0, 0, (4, 1)), (4, 1, 0, (1, 4)), (4, 3, 0, (3, 1)), (2, 8, 0, (8, 1)), (4, 2, 5, (2, 5))],
)
def test_together_the_workers_use_each_core_once(
    monkeypatch: pytest.MonkeyPatch, cores: int, workers: int, threads: int, expected: tuple[int, int]
) -> None:
    monkeypatch.setattr(module, "_cores", lambda: cores)
    settings = Settings(workers=workers, torch_threads=threads)
    assert (settings.worker_count, settings.thread_count) == expected


def test_pictures_rest_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().data_dir == tmp_path / "convscope"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Settings().data_dir == tmp_path / "home" / ".cache" / "convscope"


def test_settings_do_not_change_while_the_server_runs() -> None:
    with pytest.raises(ValidationError):
        Settings().workers = 2  # type: ignore[misc]

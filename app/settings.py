"""Every setting, in one place. Each can be given in the environment with the prefix ``CONVSCOPE_``."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MEBIBYTE = 1024 * 1024


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "convscope"


def _cores() -> int:
    """Return the cores that this process may use, which can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _split(names: str | tuple[str, ...]) -> tuple[str, ...]:
    parts = names.split(",") if isinstance(names, str) else names
    return tuple(name.strip() for name in parts if name.strip())


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Names, separated by commas in the environment."""


class Settings(BaseSettings):
    """How one server behaves. Sizes are in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CONVSCOPE_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=_cache_home, description="Where uploaded pictures rest until they expire."
    )
    picture_ttl: int = Field(24 * 3600, ge=60, description="How long an uploaded picture is kept.")
    store_bytes: int = Field(
        1024 * MEBIBYTE,
        ge=MEBIBYTE,
        description="Most that uploaded pictures may take on disk; the oldest go first.",
    )
    address_bytes: int = Field(
        0,
        ge=0,
        description="Most of it for pictures from one address, whose oldest go first; 0 for half of it.",
    )
    max_upload_bytes: int = Field(20 * MEBIBYTE, ge=1024, description="Largest upload.")
    bodies_bytes: int = Field(
        128 * MEBIBYTE,
        ge=MEBIBYTE,
        description="Most memory for bodies of requests that are arriving; each client address has half.",
    )
    body_timeout: int = Field(300, ge=1, description="How long a request's body may take to arrive.")
    stall_timeout: int = Field(
        20, ge=1, description="How long a client may send nothing of a body, or read nothing of an answer."
    )
    hosts: Names = Field(
        default_factory=tuple,
        description="Host names served besides addresses and this machine's own names; * for any.",
    )
    origins: Names = Field(
        default_factory=tuple,
        description="Origins of other sites whose pages may upload and start computations; * for any.",
    )
    header_timeout: int = Field(
        10,
        ge=1,
        description="How long a connection may take until all headers of its next request are there.",
    )
    connections: int = Field(512, ge=1, description="Most connections at a time.")
    connections_per_address: int = Field(
        256, ge=1, description="Most connections at a time from one client address."
    )
    max_pixels: int = Field(
        50_000_000, ge=1024, description="Largest picture, width times height, before decoding."
    )
    max_side: int = Field(
        1024, ge=64, le=4096, description="Longer side to which a picture is reduced when decoded."
    )
    cache_bytes: int = Field(
        512 * MEBIBYTE, ge=0, description="Most memory for the values of finished traces."
    )
    working_bytes: int = Field(
        384 * MEBIBYTE,
        ge=128 * MEBIBYTE,
        description="Memory beyond the cache for what is being computed and sent; who needs more waits, then gets 503.",
    )
    readers: int = Field(
        64,
        ge=1,
        le=4096,
        description="Map streams and exports that may be sent at once; beyond it the answer is 503.",
    )
    trace_bytes: int = Field(
        256 * MEBIBYTE,
        ge=MEBIBYTE,
        description="Most memory of one edited pass while it runs; edits with which it takes more are refused.",
    )
    workers: int = Field(0, ge=0, le=64, description="Threads that compute; 0 for one per core.")
    torch_threads: int = Field(
        0, ge=0, le=64, description="Threads within one forward pass; 0 for the cores divided by the workers."
    )
    queue_limit: int = Field(64, ge=1, description="Computations that may wait; beyond it the answer is 503.")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="Where networks run; auto prefers CUDA."
    )

    @cached_property
    def worker_count(self) -> int:
        """The number of computing threads."""
        return self.workers or _cores()

    @cached_property
    def thread_count(self) -> int:
        """The number of threads within one forward pass.

        Together the workers use each core once: more threads wait for one another, and on a busy machine a pass
        on two threads takes many times as long as on one.
        """
        return self.torch_threads or max(1, _cores() // self.worker_count)

"""A trace in the making, which streams read while the network runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from torch import Tensor

from app.imaging.stream import Plan
from app.services.trace import Trace, TraceSpec


@dataclass
class Recording:
    """A trace that is being computed: its layers' values so far, and the trace itself when it is finished."""

    loop: asyncio.AbstractEventLoop
    spec: TraceSpec
    client: str = ""
    values: dict[str, Tensor] = field(default_factory=dict)
    forgotten: bool = False
    """Whether its picture was deleted meanwhile."""
    finished: asyncio.Future[Trace] = field(init=False)
    _layer_added: asyncio.Event = field(default_factory=asyncio.Event)
    _awaited: bool = False

    def __post_init__(self) -> None:
        self.finished = self.loop.create_future()
        self.finished.add_done_callback(self._end)

    def add(self, layer_id: str, value: Tensor) -> None:
        """Take a layer's output. Called on the worker; wakes the event loop only if somebody waits there."""
        self.values[layer_id] = value
        if self._awaited:
            self._awaited = False
            self.loop.call_soon_threadsafe(self._layer_added.set)

    async def until(self, layer_id: str) -> None:
        """Wait until that layer is done, or all are, or the pass has failed."""
        while layer_id not in self.values and not self.finished.done():
            self._layer_added.clear()
            self._awaited = True
            if layer_id not in self.values and not self.finished.done():
                await self._layer_added.wait()

    async def until_first(self, plan: Plan) -> None:
        """Wait until a stream has something to send.

        Raises:
            Whatever the pass has failed with: it can still be answered as an error.
        """
        if plan.layers:
            await self.until(plan.layers[0][0])
        if self.finished.done():
            await asyncio.shield(self.finished)

    def _end(self, finished: asyncio.Future[Trace]) -> None:
        if not finished.cancelled():
            finished.exception()  # marks it as retrieved, so that asyncio does not warn if nobody waits
        self._layer_added.set()

"""The trace service: computes each trace once, keeps it, and streams its maps while the network runs."""

from __future__ import annotations

import asyncio
import itertools
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from weakref import WeakValueDictionary

from cachetools import LRUCache
from torch import Tensor

from app.imaging.stream import Plan
from app.services.content_id import is_id
from app.services.edits import Edits, edits_of_network
from app.services.fair_turns import CLIENT_SHARE, FairTurns
from app.services.memory_budget import MemoryBudget
from app.services.networks import Networks
from app.services.pictures import Pictures, StoredPicture, UnknownPicture
from app.services.readers import Reader, Readers
from app.services.recording import Recording
from app.services.store.store import Store
from app.services.trace import Trace, TraceSpec, compute, compute_trace_id, needed_bytes, shares_input
from app.services.workers import Busy, Workers
from app.tracing.analysis.differences import Differences
from app.tracing.capture.graph import LayerGraph

_PART_BYTES = 256 * 1024
_SMALL_PASS_BYTES = 8 * 1024 * 1024
_SMALL_PART_BYTES = 2 * 1024 * 1024
_CELL = 4


@dataclass(frozen=True, slots=True)
class KnownTrace:
    """A trace that this server can answer for: its id, and the specification that the id names.

    ``client`` is who asks for it, empty if that is nobody in particular.
    """

    id: str
    spec: TraceSpec
    client: str = ""


class UnknownTrace(LookupError):
    """No trace has that id here: it was never begun, or its picture is gone."""

    def __init__(self, trace_id: str) -> None:
        super().__init__(
            f"There is no trace {trace_id}, or its picture has expired. Make it with POST /traces."
        )


class Traces:
    """All traces of this server. Its methods are to be called on the event loop, which they never block."""

    def __init__(
        self,
        networks: Networks,
        pictures: Pictures,
        store: Store,
        workers: Workers,
        budget: MemoryBudget,
        readers: Readers,
        cache_bytes: int,
        ttl: float,
    ) -> None:
        """Keep finished traces in memory up to ``cache_bytes``, specifications in the store for ``ttl`` s.

        What is being computed and read counts in the ``budget``, with what is kept.
        """
        self._networks = networks
        self._pictures = pictures
        self._store = store
        self._workers = workers
        self._budget = budget
        self._readers = readers
        self._ttl = ttl
        self._cache: LRUCache[str, Trace] = LRUCache(cache_bytes, getsizeof=lambda trace: trace.nbytes)
        # Every trace in memory, held by the cache or by a response: an edited trace reuses the values of a similar one.
        self._live_traces: WeakValueDictionary[str, Trace] = WeakValueDictionary()
        self._budget.evict_with(self._evict)
        self._needed_by_spec: LRUCache[tuple[str, str, Edits], int] = LRUCache(256)
        self._recordings: dict[str, Recording] = {}
        # The clients of recordings that will begin once their specifications are checked and kept.
        self._admitted: Counter[str] = Counter()
        # The workers get no more passes than they can begin at once. Otherwise responses, each with a trace's values
        # in memory, would wait in the queue behind passes.
        self._passes = asyncio.Semaphore(workers.count)
        # As many as can begin may wait for memory. The others then need not wait for it again: had there been any,
        # it would have been lent. Small passes go past all large ones.
        self._small_turns, self._large_turns = FairTurns(workers.count), FairTurns(workers.count)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def cached_bytes(self) -> int:
        """Memory that finished traces take which are kept for whoever asks next."""
        return int(self._cache.currsize)

    @property
    def held_bytes(self) -> int:
        """Memory that all finished traces take: those that are kept, and those that somebody is still reading."""
        return sum(trace.nbytes for trace in self._traces_in_memory())

    @property
    def in_progress(self) -> int:
        """Traces that are being computed or wait to be."""
        return len(self._recordings)

    async def begin(
        self, spec: TraceSpec, address: str | None = None, upload: StoredPicture | None = None
    ) -> tuple[KnownTrace, bool]:
        """Start a trace if it is not there yet; return it and whether it is new. Does not wait for the pass.

        The specification is charged to an address. An ``upload`` is the picture that it names, to be kept first.
        Nothing is kept of what is refused.

        Raises:
            UnknownPicture, UnknownNetwork, UnknownCheckpoint: the specification names something that does not exist.
            InvalidEdit, TooManyCells: the edits cannot be applied.
            Busy: too much is waiting.
            StoreUnavailable: it cannot be kept.
        """
        client = address or ""
        self._admit(client)
        self._admitted[client] += 1
        try:
            trace_id = await self._workers.run(self._check, spec, upload)
            registered = await self._workers.run_admitted(self._register, trace_id, spec, address, upload)
        finally:
            self._admitted -= Counter([client])
        known = KnownTrace(trace_id, spec, client)
        if not self._in_memory(trace_id):
            self._start_recording(known)
        return known, not registered

    async def find(self, trace_id: str, client: str = "") -> KnownTrace:
        """Return what an id names, without computing it. Everything else takes what this returns.

        If it has to be computed, it waits in turn with what else the ``client`` asks for.

        Raises:
            UnknownTrace: it was never begun here, or its picture is gone.
            Busy: too much is waiting.
        """
        in_memory = self._in_memory(trace_id)
        if in_memory:
            spec: TraceSpec | None = in_memory.spec if await self._has_picture(in_memory.spec) else None
        else:
            spec = await self._workers.run(self._read, trace_id) if is_id(trace_id) else None
        if spec is None:
            raise UnknownTrace(trace_id)
        return KnownTrace(trace_id, spec, client)

    async def get(self, known: KnownTrace) -> Trace:
        """Return a finished trace, recomputing it where it has been forgotten.

        Raises:
            Busy: too much is waiting.
        """
        source = self._source(known)
        return source if isinstance(source, Trace) else await asyncio.shield(source.finished)

    async def graph(self, known: KnownTrace) -> LayerGraph:
        """Return the layers of a trace as its edits have left them, without computing it."""
        cached = self._cache.get(known.id)
        if cached:
            return cached.graph
        spec = known.spec
        program = await self._workers.run_admitted(
            self._networks.edited, spec.network, spec.checkpoint, edits_of_network(spec.edits)
        )
        return program.graph

    def admit_reader(self, known: KnownTrace) -> Reader:
        """Return a reader of a trace, to be referred to until all is sent.

        Raises:
            Busy: there are too many, of all clients or of this one.
        """
        return self._readers.admit(known.spec.picture, known.client)

    async def stream(self, known: KnownTrace, plan: Plan, minus: Trace | None = None) -> AsyncIterator[bytes]:
        """Return the parts of a map stream; layers are sent as soon as the network has put them out.

        The plan is made from the trace's `graph`. With ``minus`` the values are the differences from that trace;
        the plan then has only layers that both have with the same shape.

        Raises:
            Busy: too much is waiting. A pass that fails before its first layer raises here too. While the parts are
                read: the picture is deleted (PictureDeleted).
        """
        reader = self.admit_reader(known)
        source = self._source(known)
        try:
            if isinstance(source, Recording):
                await source.until_first(plan)
            return self._parts(reader, source, plan, minus)
        finally:
            del reader, source  # an error's traceback would keep them

    def forget_picture(self, picture_id: str) -> None:
        """Drop all traces of a picture from memory; the store forgets their specifications with the picture."""
        self._readers.delete_picture(picture_id)
        self._drop(lambda trace: trace.spec.picture == picture_id)
        for recording in self._recordings.values():
            if recording.spec.picture == picture_id:
                recording.forgotten = True

    async def forget_expired(self) -> None:
        """Drop the traces of pictures that have expired, or that another process has deleted."""
        pictures = {trace.spec.picture for trace in self._cache.values()}
        exists = self._pictures.exists
        gone = await self._workers.run(lambda: {picture for picture in pictures if not exists(picture)})
        self._drop(lambda trace: trace.spec.picture in gone)

    def _drop(self, should_drop: Callable[[Trace], bool]) -> None:
        for trace_id in [key for key, trace in self._cache.items() if should_drop(trace)]:
            del self._cache[trace_id]

    async def close(self) -> None:
        """Cancel the tasks that wait for passes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _parts(
        self, reader: Reader, source: Trace | Recording, plan: Plan, minus: Trace | None
    ) -> AsyncIterator[bytes]:
        values = Differences(source.values, minus.values) if minus else source.values
        yield plan.header
        waiting = [layer_id for layer_id, _ in plan.layers]
        while waiting:
            if isinstance(source, Recording):
                await source.until(waiting[0])
                if waiting[0] not in source.values:
                    await asyncio.shield(source.finished)  # raises the reason why the layer is missing
            reader.check()
            ready = list(itertools.takewhile(values.__contains__, waiting))
            # Small parts are bounded by how many readers there may be, and need not wait for room.
            needed = _encoding_bytes(plan, ready, subtracts=minus is not None)
            with await self._budget.reserve(needed if needed > _SMALL_PART_BYTES else 0) as reserved:
                count, part = await self._workers.run_admitted(_encode, plan, ready, values)
                reserved.resize(len(part) if reserved.nbytes else 0)
                yield part
            del part
            waiting = waiting[count:]

    def _source(self, known: KnownTrace) -> Trace | Recording:
        """Return a trace from memory, or the recording of it: the one under way, or a new one.

        Raises:
            Busy: too much is waiting.
        """
        return self._cache.get(known.id) or self._record(known)

    def _record(self, known: KnownTrace) -> Recording:
        """Return the recording under way, or begin one: simultaneous equal requests share one computation.

        Raises:
            Busy: too many are waiting.
        """
        recording = self._recordings.get(known.id)
        if recording is None:
            self._admit(known.client)
            recording = self._start_recording(known)
        return recording

    def _in_memory(self, trace_id: str) -> Trace | Recording | None:
        return self._cache.get(trace_id) or self._recordings.get(trace_id)

    def _admit(self, client: str) -> None:
        """Refuse one more recording where too many run, wait, or will begin: of all clients, or of one that is named.

        Raises:
            Busy: there are.
        """
        of_client = sum(recording.client == client for recording in self._recordings.values())
        count, limit = len(self._recordings) + self._admitted.total(), self._workers.limit
        too_many_of_client = client and of_client + self._admitted[client] >= limit * CLIENT_SHARE
        if count >= limit or too_many_of_client:
            raise Busy

    def _start_recording(self, known: KnownTrace) -> Recording:
        recording = Recording(asyncio.get_running_loop(), known.spec, known.client)
        self._recordings[known.id] = recording
        task = asyncio.create_task(self._finish(known.id, recording))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return recording

    async def _finish(self, trace_id: str, recording: Recording) -> None:
        try:
            requested_at = time.perf_counter()
            needed = await self._needed_bytes(recording.spec)
            trace = await self._compute_within(needed, trace_id, recording, requested_at)
            self._live_traces[trace_id] = trace
            if not recording.forgotten and trace.nbytes <= self._cache.maxsize:
                self._cache[trace_id] = trace
            recording.finished.set_result(trace)
        except asyncio.CancelledError:
            recording.finished.cancel()
            raise
        except Exception as error:  # raised where the trace is awaited
            # The values of the pass so far are in the frames of the traceback.
            traceback.clear_frames(error.__traceback__)
            recording.finished.set_exception(error)
        finally:
            del self._recordings[trace_id], recording

    def _similar(self, spec: TraceSpec) -> list[Trace]:
        """Return the traces in memory that begin with the same numbers and the same weights."""
        return [trace for trace in self._traces_in_memory() if shares_input(trace.spec, spec)]

    def _traces_in_memory(self) -> list[Trace]:
        # A list of references first: traces end on other threads too, which must not change what is iterated over.
        return [trace for ref in self._live_traces.valuerefs() if (trace := ref()) is not None]

    def _evict(self) -> bool:
        """Drop the trace that was asked for longest ago; return False if there is none."""
        if not self._cache:
            return False
        self._cache.popitem()
        return True

    async def _needed_bytes(self, spec: TraceSpec) -> int:
        """Return the bytes that a trace takes at most while it is computed; only a new edit is sent to a worker."""
        key = (spec.network, spec.checkpoint, spec.edits)
        needed = self._needed_by_spec.get(key)
        if needed is None:
            needed = self._needed_by_spec[key] = await self._workers.run_admitted(self._needed, spec)
        return needed

    def _needed(self, spec: TraceSpec) -> int:
        """On a worker: return the bytes that a trace takes at most while it is computed."""
        program = self._networks.edited(spec.network, spec.checkpoint, edits_of_network(spec.edits))
        return needed_bytes(program, spec)

    async def _compute_within(
        self, needed: int, trace_id: str, recording: Recording, requested_at: float
    ) -> Trace:
        """Compute a trace when there is memory for it, which is then lent for as long as the trace lasts.

        Raises:
            Busy: there was none in time.
        """
        turns = self._large_turns if needed > _SMALL_PASS_BYTES else self._small_turns
        async with turns.turn(recording.client):
            patience = max(0.0, self._budget.patience - (time.perf_counter() - requested_at))
            with await self._budget.reserve(needed, patience) as reserved:
                async with self._passes:
                    similar = self._similar(recording.spec)
                    try:
                        trace = await self._workers.run_admitted(
                            self._compute, trace_id, recording, requested_at, similar
                        )
                    except BaseException:
                        # What there is of it lasts as long as somebody waits for more.
                        reserved.keep_with(recording)
                        raise
                reserved.resize(trace.nbytes)
                reserved.keep_with(trace)
        return trace

    async def _has_picture(self, spec: TraceSpec) -> bool:
        """Tell whether a trace's picture is still there. Asked beside the workers, who may all be computing."""
        pictures = self._pictures
        return pictures.is_built_in(spec.picture) or await asyncio.to_thread(pictures.exists, spec.picture)

    def _check(self, spec: TraceSpec, upload: StoredPicture | None) -> str:
        """On a worker: check a specification, and return the trace's id. Nothing is kept."""
        if upload is None and not self._pictures.exists(spec.picture):
            raise UnknownPicture(spec.picture)
        self._networks.edited(spec.network, spec.checkpoint, edits_of_network(spec.edits))
        return compute_trace_id(self._networks, spec)

    def _register(
        self, trace_id: str, spec: TraceSpec, address: str | None, upload: StoredPicture | None
    ) -> bool:
        """On a worker: keep what came along and the specification; return whether that was known."""
        if upload is not None:
            self._pictures.keep(upload)
        key = f"specs/{trace_id}"
        known = self._store.has(key)
        self._store.put(key, spec.to_json(), self._ttl, group=spec.picture, address=address)
        return known

    def _read(self, trace_id: str) -> TraceSpec | None:
        """On a worker: return a specification whose picture is still there."""
        stored = self._store.get(f"specs/{trace_id}")
        spec = TraceSpec.from_json(stored) if stored else None
        return spec if spec and self._pictures.exists(spec.picture) else None

    def _compute(
        self, trace_id: str, recording: Recording, requested_at: float, similar: Sequence[Trace]
    ) -> Trace:
        queued = time.perf_counter() - requested_at
        spec = recording.spec
        return compute(
            self._networks,
            lambda: self._pictures.get(spec.picture),
            spec,
            trace_id,
            recording.add,
            {"queue": queued},
            similar,
        )


def _encoding_bytes(plan: Plan, layer_ids: list[str], *, subtracts: bool) -> int:
    """Return the most memory that encoding the next part takes: what `_encode` makes of these layers at once."""
    shapes = dict(plan.layers)
    size, needed, differences = 0, 0, 0
    for layer_id in layer_ids:
        size += plan.layer_bytes(layer_id)
        needed += plan.encoding_bytes(layer_id)
        if subtracts:
            differences = max(differences, _CELL * prod(shapes[layer_id]))
        if size >= _PART_BYTES:
            break
    return needed + differences


def _encode(plan: Plan, layer_ids: list[str], values: Mapping[str, Tensor]) -> tuple[int, bytes]:
    """Encode layers until a part is large enough to send; return how many, and the part.

    A reader who does not read costs one part of memory, not a whole stream.
    """
    parts: list[bytes] = []
    size = 0
    for layer_id in layer_ids:
        parts.append(plan.encode(layer_id, values[layer_id]))
        size += len(parts[-1])
        if size >= _PART_BYTES:
            break
    return len(parts), b"".join(parts)

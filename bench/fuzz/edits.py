"""Fuzz the parser of edits and the request for a trace: see `bench.fuzz.__main__`, which runs this as a program."""

from __future__ import annotations

import json
import sys
from typing import Any

import atheris
from pydantic import ValidationError

from app.api.schemas.traces import TraceRequest
from app.services.edits import edits_to_json, parse_edits
from bench.fuzz.samples import EDITS

_NAMES = [
    *sorted({name for edit in EDITS for name in edit}),
    "picture",
    "network",
    "checkpoint",
    "edits",
    "wait",
]
_TEXTS = sorted({value for edit in EDITS for value in edit.values() if isinstance(value, str)})
_NUMBERS = (
    0,
    1,
    -1,
    4095,
    4096,
    4097,
    2**20,
    2**31,
    2**63,
    2**64,
    -(2**63),
    10**400,
    0.1,
    -0.0,
    1e3,
    1e308,
    1e-320,
)


@atheris.instrument_func  # type: ignore[untyped-decorator]
def check(data: bytes) -> None:
    """Parse a request that the bytes choose; raise whatever is not the documented error.

    What reads it is compiled, so the bytes cannot be guided into it: instead, they choose among its words.
    """
    provider = atheris.FuzzedDataProvider(data)
    items = [_edit(provider) for _ in range(provider.ConsumeIntInRange(0, 3))]
    request: Any = {"picture": "0" * 32, "network": "tiny-vgg", "edits": items}
    if provider.ConsumeIntInRange(0, 7) == 0:
        request[provider.PickValueInList(_NAMES)] = _value(provider, 4)
    text = json.dumps(request)
    if provider.ConsumeIntInRange(0, 7) == 0:
        text = text[: provider.ConsumeIntInRange(0, len(text))] + provider.ConsumeUnicode(20)
    _check_request(text)
    _check_edits(items)


@atheris.instrument_func  # type: ignore[untyped-decorator]
def _edit(provider: Any) -> Any:
    """Return an edit, perhaps with a field that is another, or something else."""
    edit: Any = dict(provider.PickValueInList(list(EDITS)))
    for _ in range(provider.ConsumeIntInRange(0, 3)):
        way = provider.ConsumeIntInRange(0, 3)
        if way == 0:
            edit[provider.PickValueInList(_NAMES)] = _value(provider, 3)
        elif way == 1:
            edit[provider.PickValueInList(list(edit) or ["kind"])] = _value(provider, 3)
        elif way == 2:
            edit.pop(provider.PickValueInList(list(edit) or ["kind"]), None)
        else:
            edit[provider.ConsumeUnicode(8)] = _value(provider, 1)
    return edit if provider.ConsumeIntInRange(0, 15) else _value(provider, 3)


@atheris.instrument_func  # type: ignore[untyped-decorator]
def _value(provider: Any, depth: int) -> Any:
    """Return a JSON value that is nested no deeper than this."""
    kind = provider.ConsumeIntInRange(0, 8 if depth else 6)
    if kind == 0:
        return provider.PickValueInList([None, True, False])
    if kind == 1:
        return provider.PickValueInList(list(_NUMBERS))
    if kind == 2:
        return provider.ConsumeInt(8)
    if kind == 3:
        return provider.ConsumeFloat()
    if kind == 4:
        return provider.PickValueInList(_TEXTS)
    if kind == 5:
        return provider.ConsumeUnicode(provider.ConsumeIntInRange(0, 300))
    if kind == 6:
        return [provider.PickValueInList(list(_NUMBERS)) for _ in range(2)]
    values = [_value(provider, depth - 1) for _ in range(provider.ConsumeIntInRange(0, 40))]
    if kind == 7:
        return values
    return {provider.ConsumeUnicode(4): value for value in values}


def _check_request(text: str) -> None:
    try:
        TraceRequest.model_validate_json(text.encode("utf-8", "surrogatepass"))
    except ValidationError as error:
        _check_errors(error)


def _check_edits(items: Any) -> None:
    try:
        edits = parse_edits(items)
    except ValidationError as error:
        _check_errors(error)
        return
    written = json.dumps(edits_to_json(edits), allow_nan=False)
    if parse_edits(json.loads(written)) != edits:
        raise AssertionError(f"{written} does not read back as the same edits")


def _check_errors(error: ValidationError) -> None:
    """What is wrong can be told in JSON."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    json.dumps(errors, allow_nan=False)


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()

from __future__ import annotations

import torch

from app.api.schemas.cells import CellAnswer
from app.services.cell_provenance import CellProvenance
from app.tracing.derivation.derivation import derive
from tests.app.tracing import layer_kinds_zoo


def test_what_is_no_number_in_json_is_null() -> None:
    program, _ = layer_kinds_zoo.recorded("max pooling")
    picture = torch.full(layer_kinds_zoo.SHAPE, torch.nan)
    picture[1] = torch.inf
    recorded = program.record(picture)
    for channel, number in enumerate((torch.nan, torch.inf)):
        derivation = derive(program, recorded, program.graph.output, (channel, 0, 0))
        assert str(derivation.value) == str(number)
        answer = CellAnswer.of(CellProvenance(derivation, None)).model_dump_json()
        assert "NaN" not in answer
        assert "Inf" not in answer
        assert '"value":null' in answer

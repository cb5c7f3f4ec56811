from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.api.schemas.health import HealthAnswer


@pytest.mark.parametrize("status", ["ok", "starting", "failed"])
@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
def test_a_probe_need_know_no_more_than_three_states_and_three_devices(status: str, device: str) -> None:
    assert HealthAnswer.model_validate({"status": status, "version": "1", "device": device}).status == status
    with pytest.raises(ValidationError):
        HealthAnswer.model_validate({"status": f"{status}!", "version": "1", "device": device})

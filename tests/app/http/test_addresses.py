"""Who counts as one client."""

from __future__ import annotations

import pytest
from fastapi import Request

from app.http.addresses import client_address, client_key


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_a_client_is_an_address_or_the_network_that_one_machine_may_have(host: str | None, key: str) -> None:
    assert client_key(host) == key


def test_a_request_through_a_socket_has_no_address() -> None:
    assert client_address(Request({"type": "http", "client": None})) == ""
    assert client_address(Request({"type": "http", "client": ("192.0.2.7", 1)})) == "192.0.2.7"

from __future__ import annotations

import pytest
from fastapi import Request

from app.http.addresses import address_group, client_address


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_one_clients_addresses_are_one(host: str, group: str) -> None:
    assert address_group(host) == group


def test_a_request_through_a_socket_has_no_address() -> None:
    assert client_address(Request({"type": "http", "client": None})) == ""
    assert client_address(Request({"type": "http", "client": ("192.0.2.7", 1)})) == "192.0.2.7"

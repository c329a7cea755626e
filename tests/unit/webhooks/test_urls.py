"""Which URLs an endpoint may have."""

from __future__ import annotations

import pytest

from parity.webhooks.rules.urls import checked_url


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://shop.example/webhooks?from=parity&key=a%20b",
        "https://Shop.Example:8443/webhooks",
        "https://xn--bcher-kva.example/",
        "https://shop.example?from=parity",
        "https://a-b.co-op.example/~us/(x)/;y,z",
    ],
)
def test_a_url_of_https_with_a_domain_name_is_right(url: str) -> None:
    assert checked_url(url, allows_loopback=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "http://shop.example/",
        "ftp://shop.example/",
        "https://",
        "https:///webhooks",
        "https://user@shop.example/",
        "https://user:password@shop.example/",
        "https://shop.example#part",
        "https://shop.example/a b",
        "https://shop.example/\n",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example:0/",
        "https://shop.example:65536/",
        "https://shop.example:/",
        "https://localhost/",
        "https://intranet/",
        "https://-shop.example/",
        "https://shop_1.example/",
        "https://bücher.example/",
        f"https://{'a' * 64}.example/",
        f"https://shop.example/{'a' * 2048}",
    ],
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        checked_url(url, allows_loopback=True)


@pytest.mark.parametrize(
    "host",
    ["203.0.113.7", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "10.0.0.0x1", "[::1]",
     "[2001:db8::1]", "127.0.0.1.", "1.2.3.4.5"],
)  # fmt: skip
def test_an_address_is_refused_in_every_notation(host: str) -> None:
    with pytest.raises(ValueError, match="domain name"):
        checked_url(f"https://{host}/", allows_loopback=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_right_by_http_where_the_local_cloud_allows_it(host: str) -> None:
    url = f"http://{host}:8080/webhooks"
    assert checked_url(url, allows_loopback=True) == url
    with pytest.raises(ValueError, match="HTTPS"):
        checked_url(url, allows_loopback=False)

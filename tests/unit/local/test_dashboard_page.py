from __future__ import annotations

from pathlib import Path

import pytest

from local.asgi import Receive, Scope, Send
from local.dashboard_page import DashboardPage
from local.docs_page import Site
from local.sign_in import SignIn
from tests.unit.local.gateway.harness import Answer, send

NAVIGATION = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
DATA = (("Accept", "application/json"),)


async def gateway(_: Scope, __: Receive, send_message: Send) -> None:
    await send_message({"type": "http.response.start", "status": 299, "headers": []})
    await send_message({"type": "http.response.body", "body": b"gateway"})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    files = tmp_path / "dist"
    (files / "assets").mkdir(parents=True)
    (files / "index.html").write_text("page")
    (files / "assets/index-1a2b.js").write_text("script")
    (files / "icon.svg").write_text("icon")
    (tmp_path / "secret.txt").write_text("secret")
    return files


@pytest.fixture
def site(files: Path) -> Site:
    return Site([DashboardPage(files, {"admin": "sk_1", "read": "rk_1"})], gateway)


def read_config(site: Site, host: str = "localhost", cookie: str = "") -> Answer:
    return send(site, "GET", "/config.json", headers=(("Host", host), ("Cookie", cookie)))


def is_page(answer: Answer) -> bool:
    return (answer.status, answer.body) == (200, b"page")


@pytest.mark.parametrize("headers", [NAVIGATION, DATA, ()])
def test_the_root_is_the_page_for_everybody(site: Site, headers: tuple[tuple[str, str], ...]) -> None:
    assert is_page(send(site, "GET", "/", headers=headers))


@pytest.mark.parametrize("path", ["/customers", "/customers/acct.7731", "/customers/a%20b", "/gone.js"])
def test_a_browser_gets_the_page_for_each_of_its_views(site: Site, path: str) -> None:
    assert is_page(send(site, "GET", path, headers=NAVIGATION))


@pytest.mark.parametrize("path", ["/customers", "/nothing", "/assets/gone.js"])
def test_a_program_gets_the_gateways_answer_for_a_path_without_a_file(site: Site, path: str) -> None:
    assert send(site, "GET", path, headers=DATA).status == 299


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/edge/x", "/docs", "/local/clock"])
def test_the_page_never_hides_an_answer_of_the_api(site: Site, path: str) -> None:
    assert send(site, "GET", path, headers=NAVIGATION).status == 299


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_served(site: Site, method: str) -> None:
    assert send(site, method, "/", headers=NAVIGATION).status == 299


def test_assets_are_cached_for_ever_and_the_page_is_asked_for_each_time(site: Site) -> None:
    asset = send(site, "GET", "/assets/index-1a2b.js")
    assert (asset.body, asset.header("cache-control")) == (b"script", "public, max-age=31536000, immutable")
    assert "javascript" in (asset.header("content-type") or "")
    assert send(site, "GET", "/").header("cache-control") == "no-cache"
    assert send(site, "HEAD", "/").body == b""


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/assets/../../secret.txt", "//secret.txt", "/assets", "/a\0b", f"/{'a' * 5000}"],
)
def test_nothing_beside_the_built_files_is_served(site: Site, path: str) -> None:
    assert send(site, "GET", path).status == 299
    assert is_page(send(site, "GET", path, headers=NAVIGATION))


@pytest.mark.parametrize("path", ["/", "/assets/index-1a2b.js", "/config.json"])
def test_every_answer_forbids_what_the_page_does_not_need(site: Site, path: str) -> None:
    answer = send(site, "GET", path)
    policy = answer.header("content-security-policy") or ""
    assert policy.startswith("default-src 'self';")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("access-control-allow-origin") is None


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:4000", "localhost"])
def test_a_page_of_this_machine_gets_the_local_key(site: Site, host: str) -> None:
    answer = read_config(site, host)
    assert answer.json() == {"apiUrl": "", "key": "sk_1", "clockUrl": "/local/clock"}
    assert answer.header("cache-control") == "no-store"


def test_the_page_can_be_opened_as_somebody_who_may_only_read(site: Site) -> None:
    cookie = send(site, "GET", "/?role=read", headers=NAVIGATION).header("set-cookie") or ""
    assert cookie == "role=read; Path=/; SameSite=Strict"
    assert read_config(site, cookie="role=read").json()["key"] == "rk_1"
    assert read_config(site, cookie="other=1; role=admin").json()["key"] == "sk_1"


@pytest.mark.parametrize("role", ["", "owner", "read; Domain=x"])
def test_an_unknown_role_is_no_choice(role: str, site: Site) -> None:
    assert send(site, "GET", f"/?role={role}", headers=NAVIGATION).header("set-cookie") is None
    assert read_config(site, cookie=f"role={role}").json()["key"] in {"sk_1", "rk_1"}


def test_where_people_sign_in_the_page_gets_no_key(files: Path) -> None:
    sign_in = SignIn("http://127.0.0.1:9/pool", "client", "http://127.0.0.1:9/logout")
    site = Site([DashboardPage(files, {"admin": "sk_1", "read": "rk_1"}, sign_in)], gateway)
    assert read_config(site).json() == {
        "apiUrl": "",
        "clockUrl": "/local/clock",
        "signIn": {
            "issuer": "http://127.0.0.1:9/pool",
            "clientId": "client",
            "signOutUrl": "http://127.0.0.1:9/logout",
        },
    }
    policy = send(site, "GET", "/").header("content-security-policy") or ""
    assert policy.startswith("default-src 'self'; connect-src 'self' http://127.0.0.1:9; style-src")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", ""])
def test_a_site_whose_name_resolves_to_this_machine_gets_no_key(site: Site, host: str) -> None:
    answer = read_config(site, host)
    assert answer.status == 403
    assert b"sk_1" not in answer.body


def test_a_page_that_is_not_built_says_how_to_build_it(site: Site, files: Path) -> None:
    (files / "index.html").unlink()
    answer = send(site, "GET", "/")
    assert answer.status == 503
    assert b"make dashboard" in answer.body

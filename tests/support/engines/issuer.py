"""A server that signs people in as a user pool of Cognito does: OpenID Connect, the code flow with PKCE.

It has one client and no passwords: its page asks for an email, and knows the groups of `people`.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from local.sign_in import SignIn

CLIENT_ID = "dashboard"
PAGE = """<!doctype html><html lang="en"><title>Issuer</title><h1>Issuer</h1>
<form method="post" action="/oauth2/authorize?{query}"><label>Email <input name="email"></label>
<button>Continue</button></form></html>"""


@dataclass
class Issuer:
    """`lifetime_seconds` is that of the next tokens. While `is_refusing`, no token is renewed."""

    people: dict[str, list[str]]
    lifetime_seconds: int = 900
    is_refusing: bool = False
    renewals: int = 0
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "issuer"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)

    @property
    def sign_in(self) -> SignIn:
        return SignIn(self.url, CLIENT_ID, f"{self.url}/logout")

    def describe(self) -> dict[str, Any]:
        paths = {name: f"{self.url}/oauth2/{name}" for name in ("authorize", "token", "revoke")}
        return {
            "issuer": self.url,
            "authorization_endpoint": paths["authorize"],
            "token_endpoint": paths["token"],
            "revocation_endpoint": paths["revoke"],
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
        }

    def authorize(self, query: dict[str, str], email: str) -> str:
        """Where the browser goes with a code."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = {**query, "email": email}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def give_tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """None for a code, verifier or refresh token that is wrong."""
        if form["client_id"] != CLIENT_ID:
            return None
        if form["grant_type"] == "refresh_token":
            self.renewals += 1
            email = None if self.is_refusing else self.refresh_tokens.get(form["refresh_token"])
            return self.make_tokens(email) if email else None
        asked = self.codes.pop(form["code"], None)
        if asked is None or asked["code_challenge"] != challenge_of(form["code_verifier"]):
            return None
        refresh_token = secrets.token_urlsafe(12)
        self.refresh_tokens[refresh_token] = asked["email"]
        return {**self.make_tokens(asked["email"]), "refresh_token": refresh_token}

    def make_tokens(self, email: str) -> dict[str, Any]:
        """What somebody gets who has signed in."""
        now = int(time.time())
        person = {"sub": f"id-of-{email.partition('@')[0]}", "iss": self.url, "iat": now}
        person |= {"exp": now + self.lifetime_seconds, "cognito:groups": self.people.get(email, [])}
        access = {**person, "token_use": "access", "client_id": CLIENT_ID, "username": email}
        identity = {**person, "token_use": "id", "aud": CLIENT_ID, "email": email}
        header = {"alg": "RS256", "kid": "issuer"}
        return {
            "access_token": jwt.encode(header, access, self.key),
            "id_token": jwt.encode(header, identity, self.key),
            "expires_in": self.lifetime_seconds,
            "token_type": "Bearer",
        }


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


class Server(ThreadingHTTPServer):
    """On a free port of this machine."""

    def __init__(self, issuer: Issuer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = issuer
        issuer.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        path, query = self._read_url()
        if path == "/.well-known/openid-configuration":
            self._answer(200, json.dumps(self.server.issuer.describe()))
        elif path == "/.well-known/jwks.json":
            self._answer(200, json.dumps({"keys": [self.server.issuer.key.as_dict(private=False)]}))
        elif path == "/oauth2/authorize":
            self._answer(200, PAGE.format(query=quote(urlencode(query), safe="=&%")), "text/html")
        elif path == "/logout" and query["client_id"] == CLIENT_ID:
            self._go_to(query["logout_uri"])
        else:
            self._answer(404, "{}")

    def do_POST(self) -> None:
        path, query = self._read_url()
        form = parse(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if path == "/oauth2/authorize":
            self._go_to(self.server.issuer.authorize(query, form["email"]))
        elif path == "/oauth2/revoke":
            self.server.issuer.refresh_tokens.pop(form["token"], None)
            self._answer(200, "")
        elif tokens := self.server.issuer.give_tokens(form):
            self._answer(200, json.dumps(tokens))
        else:
            self._answer(400, json.dumps({"error": "invalid_grant"}))

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def _read_url(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, parse(parts.query)

    def _answer(self, status: int, body: str, content_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def _go_to(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def start_issuer(people: dict[str, list[str]]) -> Iterator[Issuer]:
    server = Server(Issuer(people))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()


def parse(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}

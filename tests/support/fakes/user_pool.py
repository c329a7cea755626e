"""A user pool of moto, whose tokens are real ones, and tokens that somebody else has made."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import boto3
import urllib3
from joserfc import jwt
from joserfc.jwk import RSAKey
from moto.cognitoidp.models import cognitoidp_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

REGION = "us-east-1"
PASSWORD = "Correct-horse-7-battery"
KEY_ID = "dummy"
"""Of the key that moto signs with."""


@cache
def cognito_client() -> CognitoIdentityProviderClient:
    return boto3.client("cognito-idp", region_name=REGION)


@dataclass
class FakePool:
    """The pool, its app client, and its web server, which `is_down` or answers with the keys of `answer`."""

    id: str
    client_id: str
    requests: list[str] = field(default_factory=list)
    is_down: bool = False
    answer: bytes | None = None

    @classmethod
    def create(cls, groups: tuple[str, ...] = ("admin", "read")) -> Self:
        cognito = cognito_client()
        pool_id = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
        client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="dashboard")
        for group in groups:
            cognito.create_group(UserPoolId=pool_id, GroupName=group)
        return cls(pool_id, client["UserPoolClient"]["ClientId"])

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"

    @property
    def key(self) -> RSAKey:
        """Signs the pool's tokens."""
        key = cognitoidp_backends[DEFAULT_ACCOUNT_ID][REGION].user_pools[self.id].json_web_key
        assert isinstance(key, RSAKey)
        return key

    def sign_in(self, email: str = "ann@example.com", *groups: str) -> AuthenticationResultTypeTypeDef:
        """The tokens that Cognito gives to a new person of these groups: `AccessToken` and `IdToken`."""
        cognito = cognito_client()
        cognito.admin_create_user(UserPoolId=self.id, Username=email)
        cognito.admin_set_user_password(UserPoolId=self.id, Username=email, Password=PASSWORD, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=self.id, Username=email, GroupName=group)
        answer = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self.client_id,
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return answer["AuthenticationResult"]

    def request(self, method: str, url: str, **_: Any) -> urllib3.HTTPResponse:  # noqa: ANN401
        """Stands in for `urllib3.request`."""
        self.requests.append(f"{method} {url}")
        if self.is_down:
            raise urllib3.exceptions.ConnectTimeoutError
        keys = {"keys": [self.key.as_dict(private=False, kid=KEY_ID)]}
        return urllib3.HTTPResponse(self.answer or json.dumps(keys).encode(), status=200)

    def forge(
        self, *, key: RSAKey | None = None, header: Mapping[str, Any] | None = None, **claims: object
    ) -> str:
        """A token of an admin as the pool writes it, with these changes; a claim that is None is left out.

        `groups` are those of the person.
        """
        head = {"alg": "RS256", "kid": KEY_ID} | dict(header or {})
        signer = RSAKey.import_key(
            (key or self.key).as_pem(private=True)
        )  # a key with an algorithm signs with no other
        return jwt.encode(head, self._make_claims(**claims), signer, algorithms=[head["alg"]])

    def forge_with_shared_secret(self, secret: bytes) -> str:
        """The same, signed with HS256."""
        head = {"alg": "HS256", "kid": KEY_ID}
        signed = ".".join(_encode(json.dumps(part).encode()) for part in (head, self._make_claims()))
        return f"{signed}.{_encode(hmac.digest(secret, signed.encode(), 'sha256'))}"

    def _make_claims(self, **changes: object) -> dict[str, Any]:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "6f0d2c1e-41b7-4c57-9a0e-2f3d8b7a5510",
            "client_id": self.client_id,
            "token_use": "access",
            "username": "ann@example.com",
            "groups": ["admin"],
            "iat": now,
            "exp": now + 900,
        } | changes
        claims["cognito:groups"] = claims.pop("groups")
        return {name: value for name, value in claims.items() if value is not None}


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")

"""Recognising people by the access tokens of the user pool.

The only module that imports joserfc, which makes a start of the authorizer 1.4 times as long. So it is
imported only for such a token, and only the authorizer has the layer that joserfc is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import RSAKey

from parity.api_keys.rules.people import read_person

if TYPE_CHECKING:
    from datetime import datetime

    from joserfc.jwk import GuestProtocol

    from parity.api_keys.rules.people import Person
    from parity.api_keys.store.user_pools import UserPool

ALGORITHMS = ("RS256",)
LEEWAY_SECONDS = 5
"""How far the clocks of the pool and of this function may be apart."""


def recognize_person(pool: UserPool, text: str, now: datetime) -> Person | None:
    """The person, if the token is an access token of this pool for the dashboard, and valid now.

    Raises UserPoolUnreachableError.
    """

    def find_key(token: GuestProtocol) -> RSAKey:
        """Called after the algorithm was checked, and before anything of the token is believed."""
        jwk = pool.find_key(str(token.headers().get("kid")), now)
        if jwk is None:
            raise InvalidKeyIdError
        return RSAKey.import_key(dict(jwk))

    expected = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": pool.issuer},
        client_id={"essential": True, "value": pool.client_id},
        token_use={"essential": True, "value": "access"},
        exp={"essential": True},
        sub={"essential": True},
        username={"essential": True},
    )
    try:
        claims = jwt.decode(text, find_key, ALGORITHMS).claims
        expected.validate(claims)
    except (JoseError, TypeError):  # joserfc expects a header to have the right types
        return None
    return read_person(claims)

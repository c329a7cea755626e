"""People who sign in to the local cloud: tests give it an issuer that speaks as Cognito does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who issues people's tokens, and the client that the page signs in as."""

    issuer: str
    client_id: str
    sign_out_url: str

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of the authorizer."""
        return {"SIGN_IN_ISSUER": self.issuer, "SIGN_IN_CLIENT_ID": self.client_id}

    @property
    def config(self) -> Mapping[str, str]:
        """What the page is told."""
        return {"issuer": self.issuer, "clientId": self.client_id, "signOutUrl": self.sign_out_url}

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

from __future__ import annotations

import pytest

from tests.unit.local.gateway.apis import REST, Kind


@pytest.fixture
def kind() -> Kind:
    return REST

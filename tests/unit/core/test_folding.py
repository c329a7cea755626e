"""Texts that are compared without case and accents."""

from __future__ import annotations

import pytest

from parity.core.folding import fold_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ÉCOLE", "ecole"),
        ("e\u0301cole", "ecole"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Ørsted", "orsted"),
        ("İzmir", "izmir"),
        ("ﬁn", "fin"),
        ("Ｆｕｌｌ", "full"),  # noqa: RUF001
        ("京都", "京都"),
        ("МОСКВА", "москва"),  # noqa: RUF001
    ],
)
def test_case_and_accents_do_not_matter_and_the_script_stays(text: str, plain: str) -> None:
    assert fold_text(text) == plain

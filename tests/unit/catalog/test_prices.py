"""The rules for prices: known currencies, and amounts with the decimals of their currency."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.catalog.rules.plans import Price, PriceType
from parity.catalog.rules.prices import (
    CURRENCIES,
    DIGITS,
    PriceDraft,
    check_periods,
    checked_amount,
    checked_currency,
    new_price,
)
from parity.core.errors import InvalidFieldsError
from parity.core.periods import ChargePeriod


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("20", "USD", "20.00"),
        ("20.5", "EUR", "20.50"),
        ("007.00", "USD", "7.00"),
        ("0", "USD", "0.00"),
        ("2000", "JPY", "2000"),
        ("1.234", "KWD", "1.234"),
        ("999999999999.99", "USD", "999999999999.99"),
    ],
)
def test_an_amount_gets_the_decimals_of_its_currency(amount: str, currency: str, shown: str) -> None:
    assert checked_amount(amount, currency) == shown


@pytest.mark.parametrize(
    "amount",
    ["", " 1", "-1", "+1", "1.", ".5", "1,00", "1e3", "NaN", "Infinity", "20.001", "٢٠", "1\n", "1" * 13],
)
def test_a_text_that_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="must"):
        checked_amount(amount, "USD")
    with pytest.raises(ValueError, match="at most 0 digits"):
        checked_amount("1.0", "JPY")


@given(st.integers(0, 10**14 - 1), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_of_minor_units_comes_back_exactly(units: int, currency: str) -> None:
    digits = DIGITS.get(currency, 2)
    text = f"{units // 10**digits % 10**12}.{units % 10**digits:0{digits}}" if digits else str(units % 10**12)
    assert checked_amount(text, currency) == text
    assert checked_amount(checked_amount(text, currency), currency) == text


def test_currencies_are_known_codes_in_upper_case() -> None:
    assert checked_currency("eur") == "EUR"
    assert DIGITS.keys() <= CURRENCIES
    for code in ("XXX", "EURO", "", "\u0395UR", "usd "):
        with pytest.raises(ValueError, match="ISO 4217"):
            checked_currency(code)


def price(**fields: Any) -> Price:  # noqa: ANN401
    defaults: dict[str, Any] = {
        "charge_period": ChargePeriod.MONTHLY,
        "price_type": PriceType.PAID,
        "amount": "20",
        "currency": "USD",
        "trial_days": 0,
    }
    return new_price(PriceDraft(**defaults | fields), "prices/0")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"amount": None}, {"amount"}),
        ({"amount": "x"}, {"amount"}),
        ({"price_type": PriceType.FREE}, {"amount"}),
        ({"price_type": PriceType.FREE, "amount": "0.01"}, {"amount"}),
        ({"charge_period": ChargePeriod.ONE_TIME, "trial_days": 1}, {"trial_period"}),
        (
            {"charge_period": ChargePeriod.ONE_TIME, "trial_days": 1, "amount": None},
            {"trial_period", "amount"},
        ),
    ],
)
def test_each_wrong_field_of_a_price_is_named(fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        price(**fields)
    assert {problem.field for problem in refused.value.problems} == {f"prices/0/{name}" for name in wrong}


@pytest.mark.parametrize("amount", [None, "0", "0.00", "00.0"])
def test_a_free_price_is_zero(amount: str | None) -> None:
    assert price(price_type=PriceType.FREE, amount=amount).amount == "0.00"


def test_a_charge_period_has_one_price() -> None:
    monthly, yearly = price(), price(charge_period=ChargePeriod.YEARLY)
    check_periods([monthly, yearly])
    with pytest.raises(InvalidFieldsError) as refused:
        check_periods([monthly, yearly, price(currency="EUR")])
    assert [problem.field for problem in refused.value.problems] == ["prices/2/charge_period"]

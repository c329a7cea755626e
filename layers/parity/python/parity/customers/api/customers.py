"""Requests and answers about customers (docs/contract.md, "Customers")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from parity.core.errors import FieldProblem, InvalidFieldsError
from parity.customers.rules.customers import CustomerDraft, CustomerStatus
from parity.http.declarations import BeforeValidator, ConfigDict, Field, Query, Response, SkipJsonSchema
from parity.http.models import Email, Identifier, Metadata, RequestModel, ResponseModel, Text, Timestamp
from parity.http.paging import PageModel
from parity.http.preconditions import response_with_etag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from parity.customers.rules.customers import BillingAddress, Customer
    from parity.http.requests import Request


class BillingAddressModel(RequestModel):
    country: Text
    line1: Text
    line2: Text | None = None
    postal_code: Text
    city: Text
    state: Text


class CustomerCreate(RequestModel):
    """A name, an identifier, or both. If one is left out, it is derived from the other."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"type": "string"}}}
                for name in ("name", "customerId")
            ]
        }
    )
    name: Text | None = None
    customer_id: Identifier | None = None
    email: Email | None = None
    metadata: Metadata | None = None
    billing_id: Text | None = None
    billing_address: BillingAddressModel | None = None

    def to_draft(self) -> CustomerDraft:
        """Raises InvalidFieldsError if both the name and the identifier are left out."""
        if self.name is None and self.customer_id is None:
            raise InvalidFieldsError(FieldProblem("name", "is required."))
        return CustomerDraft(
            name=self.name or self.customer_id or "",
            customer_id=self.customer_id,
            email=self.email,
            metadata=self.metadata,
            billing_id=self.billing_id,
            billing_address=_read_address(self.billing_address),
        )


def _refuse_identifier(_: Any) -> None:  # noqa: ANN401
    raise ValueError("is the customer's identity and can never be changed.")


class IdentifierPreview(ResponseModel):
    """The identifier that a name would get now."""

    customer_id: str


class CustomerUpdate(RequestModel):
    """A field left out stays as it is; null clears it. The name cannot be cleared."""

    customer_id: SkipJsonSchema[Annotated[Any, BeforeValidator(_refuse_identifier)]] = None
    name: Annotated[Text, Field(default_factory=str)]
    """`changes` has only the fields that were sent, so the default is never used."""
    email: Email | None = None
    metadata: Metadata | None = None
    billing_id: Text | None = None
    billing_address: BillingAddressModel | None = None

    def changes(self) -> Mapping[str, Any]:
        """The fields that were sent, by the names of the attributes of `Customer`."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if self.billing_address:
            sent["billing_address"] = _read_address(self.billing_address)
        return sent


def _read_address(address: BillingAddressModel | None) -> BillingAddress | None:
    return address.model_dump() if address else None  # type: ignore[return-value]


class CustomerModel(ResponseModel):
    """A customer; `subscriptions` is the number of live subscriptions.

    With `erasedOn`, the customer is erased, and its identifier stands in for the name.
    """

    id: str
    customer_id: str
    name: str
    email: str | None
    metadata: dict[str, Any] | None
    details: dict[str, Any]
    billing_id: str | None
    billing_address: BillingAddressModel | None
    status: CustomerStatus
    archived_on: Timestamp | None
    erased_on: Timestamp | None
    subscriptions: int
    version: int
    created_on: Timestamp
    modified_on: Timestamp

    @classmethod
    def of(cls, customer: Customer) -> Self:
        return cls(
            id=customer.id,
            customer_id=customer.customer_id,
            name=customer.name,
            email=customer.email,
            metadata=dict(customer.metadata) if customer.metadata is not None else None,
            details={},
            billing_id=customer.billing_id,
            billing_address=BillingAddressModel(**customer.billing_address)
            if customer.billing_address
            else None,
            status=customer.status,
            archived_on=customer.archived_on,
            erased_on=customer.erased_on,
            subscriptions=customer.live_subscriptions,
            version=customer.version,
            created_on=customer.created_on,
            modified_on=customer.modified_on,
        )


CustomerPage = PageModel[CustomerModel]

CustomerName = Annotated[Text, Query(description="The name of a customer to be.")]


def customer_response(customer: Customer) -> Response[CustomerModel]:
    """200 with the customer and its ETag."""
    return response_with_etag(CustomerModel.of(customer), customer.version)


def created_customer_response(request: Request, customer: Customer) -> Response[CustomerModel]:
    """201 with the customer, its ETag and its address."""
    location = f"{request.url().rstrip('/')}/{quote(customer.customer_id, safe='')}"
    return response_with_etag(CustomerModel.of(customer), customer.version, 201, location)

"""The rows of an import, and which customer each of them means (docs/decisions/0035).

Two rows of the same name are namesakes if neither has an email and they differ in their billing id, or, for
lack of one, in anything else. Two such rows that are equal are namesakes, too.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.core.identifiers import content_suffix, derive_identifier, with_content_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parity.customers.rules.customers import Customer, CustomerDraft


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`mark` is made of what tells the row from others. A customer keeps the mark of its row.

    So a row that is sent again finds its customer, whatever was changed in between. `has_namesakes` says
    whether the import has another row of the same name that means another customer.
    """

    draft: CustomerDraft
    mark: str
    has_namesakes: bool = False

    def possible_identifiers(self) -> list[str]:
        """The identifiers that the row's customer may have, in the order in which they are tried."""
        draft = self.draft
        if draft.customer_id:
            return [draft.customer_id]
        derived = derive_identifier(draft.name)
        named = with_content_suffix(derived, draft.name, draft.email or "")
        return list(dict.fromkeys([derived, named, f"{derived}-{self.mark}"]))

    def means(self, customer: Customer) -> bool:
        """Whether the row means this customer, who has one of its possible identifiers."""
        draft = self.draft
        if customer.is_erased:
            return False
        if customer.imported_as == self.mark:
            return True
        if (customer.name, customer.email) != (draft.name, draft.email):
            return False
        if draft.customer_id or draft.email:
            return True
        if draft.billing_id and customer.billing_id:
            return draft.billing_id == customer.billing_id
        return not self.has_namesakes


def make_import_rows(drafts: Iterable[CustomerDraft]) -> list[ImportRow]:
    """The rows of one import, in its order."""
    repetitions: Counter[tuple[str, ...]] = Counter()
    marks_by_name: dict[str, set[str]] = {}
    marked: list[tuple[CustomerDraft, str]] = []
    for draft in drafts:
        content = _distinctive_content(draft)
        if _is_told_by_nothing(draft):
            repetitions[content] += 1
        mark = content_suffix(*content, *["again"] * (repetitions[content] - 1))
        if not (draft.customer_id or draft.email):
            marks_by_name.setdefault(draft.name, set()).add(mark)
        marked.append((draft, mark))
    return [ImportRow(draft, mark, len(marks_by_name.get(draft.name, ())) > 1) for draft, mark in marked]


def _is_told_by_nothing(draft: CustomerDraft) -> bool:
    return not (draft.customer_id or draft.email or draft.billing_id)


def _distinctive_content(draft: CustomerDraft) -> tuple[str, ...]:
    if draft.email:
        return draft.name, draft.email
    if draft.billing_id:
        return draft.name, "", draft.billing_id
    return draft.name, "", "", json.dumps([draft.metadata, draft.billing_address], sort_keys=True)

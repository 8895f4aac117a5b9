"""A payer as providers, clearinghouse and bank know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer; `identifiers` are (transaction, its identifier there), like ("837P", "MDWH1C").

    `tax_id` is the employer number; with a 1 in front it is the originator (BPR10, TRN03).
    `filing_days` count from the date of service to the day a claim is had.
    """

    name: str
    identifiers: tuple[tuple[str, str], ...]
    tax_id: str
    street: str
    city: str
    state: str
    postal_code: str
    phone: str
    routing: str
    account: str
    filing_days: int

    @property
    def originator(self) -> str:
        return f"1{self.tax_id}"

    def identifier(self, transaction: str) -> str:
        """Its identifier in a transaction: that of 837P serves where none is listed, then any."""
        known = dict(self.identifiers)
        return known.get(transaction) or known.get("837P") or next(iter(known.values()))

    def is_called(self, identifier: str) -> bool:
        """Whether an identifier is one of its own, in whichever transaction."""
        return any(one == identifier for _, one in self.identifiers)

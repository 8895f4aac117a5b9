"""FHIR R4 Coverage, a resource of its own or contained in a claim or an explanation of benefit."""

import hashlib
from dataclasses import dataclass, replace

from daybook.events.registration import Membership, SubscriberRelationship
from daybook.events.values import HumanName, Period
from daybook.fhir.datatypes import names, numbers
from daybook.fhir.dates import days
from daybook.fhir.elements import child, children, codes, label, text
from daybook.fhir.payers import PayerName, read_payor
from daybook.fhir.references import contained, keys, target
from daybook.fhir.resource import Body, Fault, Ignored, Rejected, Resource
from daybook.registration.adapters.fhir.values import built, human_name

_RELATIONSHIPS = {
    "self": SubscriberRelationship.SELF,
    "spouse": SubscriberRelationship.SPOUSE,
    "common": SubscriberRelationship.SPOUSE,
    "child": SubscriberRelationship.CHILD,
}


@dataclass(frozen=True, slots=True)
class ImportedCoverage:
    """How a patient is covered.

    `patient` and `subscriber` are keys; `subscriber` is None when the patient is the subscriber,
    and may name a patient or a related person. `order` is 1 for the primary, if it is said.
    The last of `keys` is `content_key(patient)`, so that copies of one coverage are one.
    """

    keys: tuple[str, ...]
    patient: str
    payer: PayerName
    plan: str | None
    relationship: SubscriberRelationship
    subscriber: str | None
    subscriber_name: HumanName | None
    period: Period
    membership: Membership
    order: int | None

    def content_key(self, patient: str) -> str:
        """A key made of what it says: same patient, payer, plan, dates and card, same key.

        Call it with Daybook's own id of the patient where that is known: one patient has other
        keys in a bundle than in NDJSON. Hashed, as it would otherwise spell out the member id.
        """
        card = self.membership
        said = (patient, self.payer.keys[0], self.plan, self.period.start, self.period.end)
        parts = [str(part or "") for part in (*said, card.member_id, card.group_number)]
        return "Coverage?of=" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def read_coverage(resource: Resource) -> ImportedCoverage | Rejected | Ignored:
    """The coverage; Ignored where it says that nobody but the patient pays."""
    try:
        return _coverage(resource)
    except Fault as fault:
        return fault.rejected


def _coverage(resource: Resource) -> ImportedCoverage | Ignored:
    body, where = resource.body, resource.where
    patient = target(body.get("beneficiary"), resource, "Patient")
    if not patient:
        raise Fault(f"{where}.beneficiary", "names no patient: refer to one by id or identifier")
    payer = read_payor(resource, patient)
    if isinstance(payer, Ignored):
        return payer
    _in_force(body, where)
    covered = days(body, "period", where)
    membership = _membership(body, where)
    plan = _plan(body, payer)
    relationship, subscriber, name = _subscriber(resource, patient)
    period = Period(start=covered.start, end=covered.end)
    order = body.get("order")
    found = ImportedCoverage(
        keys=(),
        patient=patient,
        payer=payer,
        plan=plan,
        relationship=relationship,
        subscriber=subscriber,
        subscriber_name=name,
        period=period,
        membership=membership,
        order=order if isinstance(order, int) and order > 0 else None,
    )
    return replace(found, keys=(*_own_keys(resource), found.content_key(patient)))


def _in_force(body: Body, where: str) -> None:
    """FHIR R4 FinancialResourceStatusCodes: what was never in force is not a coverage."""
    status = text(body.get("status"))
    if status in {"draft", "entered-in-error"}:
        raise Fault(f"{where}.status", f"is {status}: it was never in force")
    if status == "cancelled" and not child(body, "period").get("end"):
        raise Fault(f"{where}.status", "is cancelled, and period.end does not say since when")


def _own_keys(resource: Resource) -> tuple[str, ...]:
    """Where it lies in the file. Its identifiers are member ids, which a family may share.

    Contained, it is called after its holder, thousands of times over: that tells nothing.
    """
    if resource.container is not None:
        return ()
    return tuple(key for key in keys(resource) if "?identifier=" not in key)


def _membership(body: Body, where: str) -> Membership:
    """The member's own id where there is one (v2-0203 MB), else the subscriber's."""
    own = (number.value for number in numbers(body) if number.type == "MB")
    return built(
        Membership,
        where,
        member_id=next(own, None) or text(body.get("subscriberId")),
        group_number=_class(body, "group", "value"),
    )


def _plan(body: Body, payer: PayerName) -> str | None:
    """The plan's name, else the coverage's type in words, unless that repeats the payer."""
    said = _class(body, "plan", "name") or _class(body, "plan", "value")
    plan = said or label(body.get("type"))
    return plan[:200] if plan and plan.casefold() != payer.display.casefold() else None


def _class(body: Body, kind: str, member: str) -> str | None:
    for _, item in children(body, "class"):
        if kind in codes(item.get("type")):
            return text(item.get(member))
    return None


def _subscriber(
    resource: Resource, patient: str
) -> tuple[SubscriberRelationship, str | None, HumanName | None]:
    """What the patient is to the subscriber, the subscriber's key, and the name if only that."""
    body, where = resource.body, resource.where
    said = codes(body.get("relationship"))
    reference = body.get("subscriber")
    key = target(reference, resource, "RelatedPerson")
    if said and said[0] != "self":
        relationship = _RELATIONSHIPS.get(said[0], SubscriberRelationship.OTHER)
    elif said or key in (None, patient):
        relationship = SubscriberRelationship.SELF
    else:
        relationship = SubscriberRelationship.OTHER
    if relationship == SubscriberRelationship.SELF:
        return relationship, None, None
    name = _subscriber_name(resource)
    if key == patient or (key is None and name is None):
        raise Fault(
            f"{where}.subscriber",
            f"names nobody else, though the relationship is {relationship}: add the subscriber",
        )
    return relationship, key, name


def _subscriber_name(resource: Resource) -> HumanName | None:
    reference = resource.body.get("subscriber")
    held = contained(reference, resource)
    if held is None and isinstance(reference, dict):
        held = {"name": {"text": reference.get("display")}}
    said = names(held or {})
    return human_name(said[0], f"{resource.where}.subscriber") if said else None

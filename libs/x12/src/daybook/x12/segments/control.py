"""Envelope, hierarchy and acknowledgement segments."""

from datetime import date

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import ContextName, ElementPosition


@segment("ISA", "I01 I02 I03 I04 I05 I06 I05 I07 I08 I09 I65 I11 I12 I13 I14 I15")
class InterchangeHeader(SegmentModel):
    """The sixteen elements of the ISA, padded to their lengths when written."""

    authorization_qualifier: str = "00"
    authorization: str = ""
    security_qualifier: str = "00"
    security: str = ""
    sender_qualifier: str = "ZZ"
    sender: str
    receiver_qualifier: str = "ZZ"
    receiver: str
    day: date
    time: str
    repetition_separator: str = "^"
    version: str = "00501"
    control_number: str
    acknowledgment_requested: str = "0"
    usage: str = "P"
    component_separator: str = ":"


@segment("IEA", "I16 I12")
class InterchangeTrailer(SegmentModel):
    groups: int
    control_number: str


@segment("TA1", "I12 I08 I09 I17 I18")
class InterchangeAcknowledgment(SegmentModel):
    """A accepted, E accepted with errors, R rejected; the note says why (000 nothing wrong)."""

    control_number: str
    day: date
    time: str
    code: str
    note: str = "000"


@segment("GS", "479 142 124 373 337 28 455 480")
class GroupHeader(SegmentModel):
    functional_id: str
    sender: str
    receiver: str
    day: date
    time: str
    control_number: str
    agency: str = "X"
    version: str


@segment("GE", "97 28")
class GroupTrailer(SegmentModel):
    transactions: int
    control_number: str


@segment("ST", "143 329 1705")
class TransactionHeader(SegmentModel):
    transaction: str
    control_number: str
    guide: str = ""


@segment("SE", "96 329")
class TransactionTrailer(SegmentModel):
    segments: int
    control_number: str


@segment("BHT", "1005 353 127 373 337 640")
class Beginning(SegmentModel):
    """What the transaction is for, its number, when it was made, and of which kind it is."""

    structure: str
    purpose: str
    reference: str = ""
    day: date | None = None
    time: str = ""
    type: str = ""


@segment("HL", "628 734 735 736")
class Hierarchy(SegmentModel):
    """A level of a tree: its kind, its number, its parent's, and whether levels are below it.

    A transaction that is built may leave all but the kind to the writer.
    """

    number: str = ""
    parent: str = ""
    level: str
    child: str = ""


@segment("TRN", "481 127 509 127")
class Trace(SegmentModel):
    """A number to find the answer by (2 of a payment or answer, 1 of the asker)."""

    type: str
    number: str
    originator: str = ""
    division: str = ""


@segment("AK1", "479 28 480")
class AcknowledgedGroup(SegmentModel):
    functional_id: str
    control_number: str
    version: str = ""


@segment("AK2", "143 329 1705")
class AcknowledgedTransaction(SegmentModel):
    transaction: str
    control_number: str
    guide: str = ""


@segment("IK3", "721 719 447 620")
class SegmentError(SegmentModel):
    segment: str
    position: int
    loop: str = ""
    code: str = ""


@segment("CTX", "C998 721 719 447 C030 C999")
class ErrorContext(SegmentModel):
    context: ContextName
    segment: str = ""
    position: int | None = None
    loop: str = ""
    element: ElementPosition | None = None
    reference: str = ""


@segment("IK4", "C030 725 621 724")
class ElementError(SegmentModel):
    position: ElementPosition
    number: int | None = None
    code: str
    value: str = ""


@segment("IK5", "717 618 618 618 618 618")
class TransactionResult(SegmentModel):
    """A accepted, E accepted with errors, R rejected."""

    code: str
    reason_1: str = ""
    reason_2: str = ""
    reason_3: str = ""
    reason_4: str = ""
    reason_5: str = ""


@segment("AK9", "715 97 123 2 716 716 716 716 716")
class GroupResult(SegmentModel):
    """A accepted, E with errors, P some rejected, R rejected; counts of transactions."""

    code: str
    included: int
    received: int
    accepted: int
    reason_1: str = ""
    reason_2: str = ""
    reason_3: str = ""
    reason_4: str = ""
    reason_5: str = ""

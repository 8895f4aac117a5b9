"""What is around transactions: ISA to IEA (TA1), GS to GE and ST to SE (999)."""

from collections.abc import Iterator
from dataclasses import replace

from daybook.x12.checking.elements import is_day
from daybook.x12.checking.report import CheckedGroup, CheckedInterchange, CheckedTransaction
from daybook.x12.guides.catalogue import GUIDES, find
from daybook.x12.problems import Outcome, Place, Problem, Snip
from daybook.x12.reading import Segment
from daybook.x12.values import integer

ID_QUALIFIERS = {"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"}
# ISA element -> length, what it may be (None: anything), TA105, what it is called.
_ISA: tuple[tuple[int, int, set[str] | None, str, str], ...] = (
    (1, 2, {"00", "03"}, "010", "authorization qualifier"),
    (2, 10, None, "011", "authorization"),
    (3, 2, {"00", "01"}, "012", "security qualifier"),
    (4, 10, None, "013", "security information"),
    (5, 2, ID_QUALIFIERS, "005", "sender's qualifier"),
    (6, 15, None, "006", "sender's id"),
    (7, 2, ID_QUALIFIERS, "007", "receiver's qualifier"),
    (8, 15, None, "008", "receiver's id"),
    (11, 1, None, "026", "repetition separator"),
    (12, 5, {"00501"}, "017", "version"),
    (14, 1, {"0", "1"}, "019", "acknowledgment request"),
    (15, 1, {"P", "T"}, "020", "usage indicator"),
)
FUNCTIONAL = {guide.functional for guide in GUIDES}


def interchange_header(header: Segment) -> Iterator[Problem]:
    """What is wrong with an ISA."""
    if len(header.elements) != 17:
        what = "The interchange header has not sixteen elements."
        yield _ta1(header, header, 0, "022", what, "Write all sixteen, padded to their lengths.")
        return
    for at, length, codes, code, name in _ISA:
        value = header.elements[at]
        if len(value) != length or (codes is not None and value not in codes):
            what, do = f"The {name} is none.", f"Write one of {length} characters."
            yield _ta1(header, header, at, code, what, do)
    if not is_day(f"20{header.elements[9]}"):
        yield _ta1(header, header, 9, "014", "The date is none.", "Write YYMMDD.")
    if not _is_time(header.elements[10]):
        yield _ta1(header, header, 10, "015", "The time is none.", "Write HHMM.")
    if (
        not (len(header.elements[13]) == 9 and header.elements[13].isascii())
        or not header.elements[13].isdigit()
    ):
        what = "The control number is not nine digits."
        yield _ta1(header, header, 13, "018", what, "Fill it with zeros from the left.")


def interchange_trailer(checked: CheckedInterchange, groups: int) -> Iterator[Problem]:
    """What is wrong with an IEA, or that there is none."""
    header, trailer = checked.header, checked.trailer
    if trailer is None:
        what = "The interchange does not end."
        yield _ta1(header, header, 0, "023", what, "Send the whole file again.")
        return
    if trailer.get(2) != checked.control_number:
        what = "The control number of the trailer is not that of the header."
        yield _ta1(header, trailer, 2, "001", what, "Make IEA02 what ISA13 is.")
    if _count(trailer.get(1)) != groups:
        what = "The number of groups is not what was counted."
        yield _ta1(header, trailer, 1, "021", what, "Count the GS segments again.")


def group_header(interchange: str, header: Segment) -> Iterator[Problem]:
    """What is wrong with a GS."""
    if header.get(1) not in FUNCTIONAL:
        what = "Groups of this kind are not taken."
        yield _group(interchange, header, header, 1, "1", what, "Send what was agreed.")
    elif not any(find(guide.transaction, header.get(8)) for guide in GUIDES):
        what = "The guide of the group is not one that is read here."
        yield _group(interchange, header, header, 8, "2", what, "Name a 005010 guide.")
    number = header.get(6)
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        what = "The group's control number is none."
        yield _group(interchange, header, header, 6, "6", what, "Write one to nine digits.")


def group_trailer(interchange: str, checked: CheckedGroup) -> Iterator[Problem]:
    """What is wrong with a GE, or that there is none."""
    header, trailer = checked.header, checked.trailer
    if trailer is None:
        what = "The group does not end."
        yield _group(interchange, header, header, 0, "3", what, "Add its GE.")
        return
    if trailer.get(2) != checked.control_number:
        what = "The control number of the group's trailer is not that of its header."
        yield _group(interchange, header, trailer, 2, "4", what, "Make GE02 what GS06 is.")
    if _count(trailer.get(1)) != len(checked.transactions):
        what = "The number of transactions is not what was counted."
        yield _group(interchange, header, trailer, 1, "5", what, "Count the ST segments again.")


def transaction_header(
    interchange: str, group: Segment, checked: CheckedTransaction
) -> Iterator[Problem]:
    """What is wrong with an ST."""
    header, guide = checked.header, checked.guide
    if guide is None:
        known = any(one.transaction == header.get(1) for one in GUIDES)
        code, what = ("I6", "The guide") if known else ("1", "The transaction")
        at = 3 if known else 1
        yield _transaction(
            interchange, group, checked, header, at, code, f"{what} is not one that is read here."
        )
    elif group.get(1) != guide.functional:
        what = "The transaction does not belong into a group of this kind."
        yield _transaction(interchange, group, checked, header, 1, "6", what)
    elif guide.in_st and header.get(3) != group.get(8):
        what = "The transaction and its group name two guides."
        told = _transaction(interchange, group, checked, header, 3, "I6", what)
        yield replace(told, rule="guide-named-twice", warning=True)
    if not 4 <= len(checked.control_number) <= 9:
        what = "The control number is not four to nine characters."
        yield _transaction(interchange, group, checked, header, 2, "7", what)


def transaction_trailer(
    interchange: str, group: Segment, checked: CheckedTransaction
) -> Iterator[Problem]:
    """What is wrong with an SE, or that there is none."""
    trailer = checked.trailer
    if trailer is None:
        what = "The transaction does not end."
        yield _transaction(interchange, group, checked, checked.header, 0, "2", what)
        return
    if trailer.get(2) != checked.control_number:
        what = "The control number of the trailer is not that of the header."
        yield _transaction(interchange, group, checked, trailer, 2, "3", what)
    if _count(trailer.get(1)) != checked.segments:
        what = "The number of segments is not what was counted."
        yield _transaction(interchange, group, checked, trailer, 1, "4", what)


def used_again(kind: str, interchange: str, group: str, at: Segment) -> Problem:
    """A control number that was used before: TA105 025, AK905 19, IK502 23."""
    element, code = {"interchange": (13, "025"), "group": (6, "19"), "transaction": (2, "23")}[kind]
    names = {
        "interchange": (at.get(13), "", ""),
        "group": (interchange, at.get(6), ""),
        "transaction": (interchange, group, at.get(2)),
    }
    place = Place(*names[kind], segment=at.id, element=element, position=at.position, at=at.at)
    outcome = Outcome.TA1 if kind == "interchange" else Outcome.ACKNOWLEDGED_999
    what = f"The {kind}'s control number was used before."
    return Problem(f"{kind}-again", Snip.SYNTAX, outcome, place, what, "Count on.", code)


def _count(text: str) -> int:
    try:
        return integer(text)
    except ValueError:
        return -1


def _is_time(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text[:2] < "24" and text[2:] < "60"


def _ta1(header: Segment, at: Segment, element: int, code: str, what: str, do: str) -> Problem:
    place = Place(header.get(13), segment=at.id, element=element, at=at.at)
    name = "interchange-header" if at is header else "interchange-trailer"
    return Problem(name, Snip.SYNTAX, Outcome.TA1, place, what, do, code)


def _group(
    interchange: str, header: Segment, at: Segment, element: int, code: str, what: str, do: str
) -> Problem:
    place = Place(interchange, header.get(6), segment=at.id, element=element, at=at.at)
    name = "group-header" if at is header else "group-trailer"
    return Problem(name, Snip.SYNTAX, Outcome.ACKNOWLEDGED_999, place, what, do, code)


def _transaction(
    interchange: str,
    group: Segment,
    checked: CheckedTransaction,
    at: Segment,
    element: int,
    code: str,
    what: str,
) -> Problem:
    place = Place(
        interchange,
        group.get(6),
        checked.control_number,
        segment=at.id,
        element=element,
        position=1 if at is checked.header else checked.segments,
        at=at.at,
    )
    name = "transaction-header" if at is checked.header else "transaction-trailer"
    do = {"2": "Add its SE.", "3": "Make SE02 what ST02 is.", "4": "Count again, ST and SE too."}
    said = do.get(code, "Send it as it was agreed.")
    return Problem(name, Snip.SYNTAX, Outcome.ACKNOWLEDGED_999, place, what, said, code)

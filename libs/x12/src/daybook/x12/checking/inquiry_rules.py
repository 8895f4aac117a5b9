"""270: what an answer would reject anyway (AAA in the 271). Of 005010X279A1 unless said."""

from collections.abc import Iterator

from daybook.x12.checking.amounts import until, when
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment

_OLDEST_DAYS = 366 * 2


def _search(loop: Loop, facts: Facts) -> Iterator[Hit]:
    subscriber = loop.loop("2100C")
    name = subscriber.segment("NM1") if subscriber else None
    if subscriber is None or name is None or name.get(9) or loop.count("2000D"):
        return
    if not (name.get(3) and name.get(4) and when(subscriber.segment("DMG"), 2)):
        yield Hit(name, 9)


def _dependent_name(loop: Loop, facts: Facts) -> Iterator[Hit]:
    name = loop.segment("NM1", "03")
    if name and not (name.get(3) and name.get(4)):
        yield Hit(name, 4)


def _dependent_birth(loop: Loop, facts: Facts) -> Iterator[Hit]:
    if not when(loop.segment("DMG"), 2):
        yield Hit(loop.segment("NM1"))


def _plan_dates(loop: Loop) -> Iterator[Segment]:
    yield from loop.segments("DTP", "291")


def _birth_after_service(loop: Loop, facts: Facts) -> Iterator[Hit]:
    born = when(loop.segment("DMG"), 2)
    for asked in _plan_dates(loop):
        first = when(asked, 3)
        if born and first and first < born:
            yield Hit(asked, 3)


def _date_in_future(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for asked in _plan_dates(loop):
        last = until(asked, 3)
        month = (last.year, last.month) if last else (0, 0)
        if month > (facts.today.year, facts.today.month):
            yield Hit(asked, 3)


def _date_long_past(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for asked in _plan_dates(loop):
        first = when(asked, 3)
        if first and (facts.today - first).days > _OLDEST_DAYS:
            yield Hit(asked, 3)


def _no_inquiry(loop: Loop, facts: Facts) -> Iterator[Hit]:
    subscriber = loop.loop("2100C")
    if subscriber and not loop.count("2000D") and not subscriber.count("2110C"):
        yield Hit(subscriber.segment("NM1"))


INQUIRY_RULES = table(
    """
    search | 2000C | SITUATION | AAA 72 | 2100C NM109, NM103, NM104, DMG02; CORE 1.1.3
      The subscriber cannot be found by this: no member id, and not name and birth date.
      Add the member id, or last name, first name and birth date.
    dependent-name | 2100D | SITUATION | AAA 65 | 2100D NM103, NM104
      The dependent is not named in full.
      Add last and first name.
    dependent-birth | 2100D | SITUATION | AAA 58 | 2100D DMG02
      The dependent's birth date is missing.
      Add DMG.
    birth-after-service | 2100C, 2100D | SITUATION | AAA 60 | DTP*291, DMG02
      The date asked for is before the birth.
      Correct one of the two.
    date-in-future | 2100C, 2100D | SITUATION | AAA 62 | DTP*291; CORE 1.1.5 | warning
      The date asked for is after the end of this month, and payers answer no further.
      Ask on the first day of that month.
    date-long-past | 2100C, 2100D | PARTNER | AAA 62 | DTP*291 | warning
      The date asked for is more than two years ago.
      Ask the payer by phone if it does not answer.
    no-inquiry | 2000C | SITUATION | 999 I6 | 2110C | missing EQ
      Nothing is asked.
      Add EQ*30, or a dependent.
    """,
    _search,
    _dependent_name,
    _dependent_birth,
    _birth_after_service,
    _date_in_future,
    _date_long_past,
    _no_inquiry,
)

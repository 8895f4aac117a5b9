"""999, 005010X231A1: what was accepted of a group, and what was wrong with the rest."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.control import (
    AcknowledgedGroup,
    AcknowledgedTransaction,
    ElementError,
    ErrorContext,
    GroupResult,
    SegmentError,
    TransactionResult,
)

_AT = "01!(01! 02? 03?)"
_CTX = f"01!(01! 02?) 02? 03? 04? 05?{_AT[3:]} 06?"
_REASONS = "1|2|3|4|5|6|7|8|9|10|11|12|13|15|16|17|18|19|20|21|22|23|24|25|26|27|I5|I6"
_GROUP_REASONS = "1|2|3|4|5|6|10|11|12|13|14|15|16|17|18|19|23|24|25|26"
_IK5 = f"01=A|E|M|R|W|X 02?={_REASONS} 03?={_REASONS} 04?={_REASONS} 05?={_REASONS} 06?={_REASONS}"
_AK9 = (
    f"01=A|E|M|P|R|W|X 02! 03! 04! 05?={_GROUP_REASONS} 06?={_GROUP_REASONS}"
    f" 07?={_GROUP_REASONS} 08?={_GROUP_REASONS} 09?={_GROUP_REASONS}"
)


@loop("2110")
class ElementErrors(LoopModel):
    error: Annotated[
        ElementError, f"{_AT} 02? 03=1|2|3|4|5|6|7|8|9|10|12|13|I6|I9|I10|I11|I12|I13 04?"
    ]
    contexts: Annotated[tuple[ErrorContext, ...], 10, _CTX] = ()


@loop("2100")
class SegmentErrors(LoopModel):
    error: Annotated[SegmentError, "01! 02! 03? 04=1|2|3|4|5|6|7|8|I4|I6|I7|I8|I9"]
    contexts: Annotated[tuple[ErrorContext, ...], 10, _CTX] = ()
    elements: tuple[ElementErrors, ...] = ()


@loop("2000")
class AcknowledgedSet(LoopModel):
    transaction: Annotated[AcknowledgedTransaction, "01! 02! 03?"]
    errors: tuple[SegmentErrors, ...] = ()
    result: Annotated[TransactionResult, _IK5]


@loop("")
class Acknowledgment(LoopModel):
    group: Annotated[AcknowledgedGroup, "01! 02! 03?"]
    transactions: tuple[AcknowledgedSet, ...] = ()
    result: Annotated[GroupResult, _AK9]

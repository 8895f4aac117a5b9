"""The sentences for what tables find: what is wrong, and what to do. None echoes a value."""

from daybook.x12.checking.elements import Fault
from daybook.x12.loops import Misfit
from daybook.x12.problems import Snip
from daybook.x12.tables import LoopUse, SegmentUse

# IK403 -> SNIP type, what, do.
ELEMENT = {
    "1": (Snip.REQUIREMENT, "The {name} is missing.", "Fill it in."),
    "2": (Snip.SYNTAX, "The {name} is missing beside what goes with it.", "Fill in both or none."),
    "3": (Snip.SYNTAX, "There are more elements than the segment has.", "Take the last ones out."),
    "4": (Snip.SYNTAX, "The {name} is too short.", "Give it in full."),
    "5": (Snip.SYNTAX, "The {name} is too long.", "Shorten it to what the element holds."),
    "6": (Snip.SYNTAX, "The {name} has a character it cannot have.", "Write it without."),
    "7": (Snip.REQUIREMENT, "The {name} is no code used here.", "Choose one the guide lists."),
    "8": (Snip.SYNTAX, "The {name} is no date as its format says.", "Write it as CCYYMMDD."),
    "9": (Snip.SYNTAX, "The {name} is no time of day.", "Write it as HHMM."),
    "10": (Snip.SYNTAX, "The {name} excludes another that is there.", "Keep one of the two."),
    "12": (Snip.SYNTAX, "The {name} is repeated too often.", "Leave some out."),
    "13": (Snip.SYNTAX, "The {name} has more components than it can.", "Take the last ones out."),
    "I12": (Snip.SYNTAX, "The {name} is no amount in dollars and cents.", "Write it as 125.5."),
    "I10": (Snip.REQUIREMENT, "The {name} is not used here.", "Leave it empty."),
}
# IK304 -> SNIP type, what, do.
SEGMENT = {
    "1": (Snip.SYNTAX, "There is no segment {id} in X12.", "Take it out."),
    "2": (Snip.REQUIREMENT, "{id} has no place here.", "Take it out, or correct its qualifier."),
    "3": (Snip.REQUIREMENT, "{id} ({name}) is missing.", "Add it."),
    "4": (Snip.REQUIREMENT, "Loop {loop} ({name}) is there too often.", "Leave some out."),
    "5": (Snip.REQUIREMENT, "{id} ({name}) is there too often.", "Leave some out."),
    "6": (Snip.SYNTAX, "{id} is not used in this transaction.", "Take it out."),
    "7": (Snip.SYNTAX, "{id} ({name}) comes too late.", "Put it where the guide has it."),
}


def of_element(fault: Fault) -> tuple[Snip, str, str]:
    """(SNIP type, what, do)."""
    snip, what, do = ELEMENT[fault.code]
    return snip, what.format(name=_words(fault.name) or "element"), do


def of_segment(misfit: Misfit) -> tuple[Snip, str, str]:
    """(SNIP type, what, do)."""
    snip, what, do = SEGMENT[misfit.code]
    use: SegmentUse | LoopUse | None = misfit.missing
    if misfit.code == "4":
        use = misfit.loop.use
    elif misfit.segment:
        use = misfit.segment.use
    id = misfit.segment.id if misfit.segment else start(misfit.missing).id
    name = _words(use.name) if use else "unknown"
    return snip, what.format(id=id, name=name, loop=misfit.loop.id), do


def start(use: SegmentUse | LoopUse | None) -> SegmentUse:
    """The segment itself, or the one that starts a loop."""
    assert use is not None  # noqa: S101 (a misfit is about a segment or about one that is missing)
    return use.start if isinstance(use, LoopUse) else use


def _words(name: str) -> str:
    return name.replace("_", " ")

"""The templates of notes: which sections a note has, and which of them its signature needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a note: its heading, and how it is titled."""

    heading: str
    title: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of note; its sections in the order they are read."""

    name: str
    title: str
    sections: tuple[Section, ...]


SUBJECTIVE = Section("subjective", "Subjective")
OBJECTIVE = Section("objective", "Objective")
ASSESSMENT = Section("assessment", "Assessment", needed=True)
PLAN = Section("plan", "Plan", needed=True)

# The problem-oriented note is Weed's (1968); the parts of a history and physical are those the
# CMS documentation guidelines of 1995 and 1997 name.
ALL = (
    Template("soap", "SOAP note", (SUBJECTIVE, OBJECTIVE, ASSESSMENT, PLAN)),
    Template(
        "history-and-physical",
        "History and physical",
        (
            Section("chief-complaint", "Chief complaint", needed=True),
            Section("history-of-present-illness", "History of present illness", needed=True),
            Section("past-medical-history", "Past medical history"),
            Section("family-history", "Family history"),
            Section("social-history", "Social history"),
            Section("review-of-systems", "Review of systems"),
            Section("physical-exam", "Physical exam", needed=True),
            ASSESSMENT,
            PLAN,
        ),
    ),
    Template(
        "progress",
        "Progress note",
        (Section("interval-history", "Interval history", needed=True), OBJECTIVE, ASSESSMENT, PLAN),
    ),
    Template(
        "telephone",
        "Telephone note",
        (
            Section("caller", "Who called"),
            Section("reason", "Reason for the call", needed=True),
            Section("advice", "Advice given", needed=True),
            Section("follow-up", "Follow-up"),
        ),
    ),
    Template(
        "behavioral-health",
        "Behavioral health",
        (
            SUBJECTIVE,
            Section("mental-status", "Mental status", needed=True),
            Section("risk", "Risk", needed=True),
            ASSESSMENT,
            PLAN,
        ),
    ),
    Template(
        "well-child",
        "Well-child visit",
        (
            Section("interval-history", "Interval history"),
            Section("development", "Growth and development", needed=True),
            Section("physical-exam", "Physical exam", needed=True),
            ASSESSMENT,
            PLAN,
        ),
    ),
    Template("free-text", "Free text", (Section("text", "Text", needed=True),)),
)
TEMPLATES = {template.name: template for template in ALL}

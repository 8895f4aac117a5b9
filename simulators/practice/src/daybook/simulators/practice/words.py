"""Words that made-up people, streets and firms are named with; none of them is anybody's."""

from random import Random

GIVEN = (
    *("Alder", "Aspen", "Birch", "Briar", "Cedar", "Clover", "Coral", "Dale", "Ember", "Fern"),
    *("Flint", "Glen", "Hazel", "Heath", "Indigo", "Iris", "Jasper", "Juniper", "Larch", "Laurel"),
    *("Linden", "Maple", "Moss", "Olive", "Onyx", "Opal", "Pearl", "Pine", "Poppy", "Quill"),
    *("Reed", "River", "Robin", "Rowan", "Sage", "Sky", "Sorrel", "Teal", "Thistle", "Vale"),
    *("Violet", "Willow", "Wren", "Yarrow"),
)
BEFORE = (
    *("Amber", "Bright", "Clear", "Deep", "East", "Fair", "Golden", "Green", "High", "Long"),
    *("North", "Silver", "Stone", "Sunny", "West", "White", "Wild", "Winter"),
)
AFTER = (
    *("brook", "field", "ford", "gate", "hill", "lake", "meadow", "path", "ridge", "shore"),
    *("vale", "water", "well", "wood"),
)
STREETS = ("Orchard", "Harbor", "Mill", "Station", "Garden", "Bridge", "Market", "Spring")


def given(random: Random) -> str:
    """A given name."""
    return random.choice(GIVEN)


def family(random: Random) -> str:
    """A family name."""
    return random.choice(BEFORE) + random.choice(AFTER)


def street(random: Random) -> str:
    """A house number and a street."""
    return f"{random.randint(1, 980)} {random.choice(STREETS)} Street"


def phone(random: Random, area: str) -> str:
    """A number in E.164 of the block 555-0100 to 555-0199, which is nobody's."""
    return f"+1{area}55501{random.randint(0, 99):02}"


def digits(random: Random, count: int) -> str:
    """So many digits, the first not 0."""
    return str(random.randint(10 ** (count - 1), 10**count - 1))

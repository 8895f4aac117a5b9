"""A practitioner who is said again keeps the roles they have."""

from daybook.ehr.projections.practice import Practitioners
from daybook.events.practice import PractitionerRegistered, PractitionerRoleAssigned
from daybook.events.testing import IDS
from daybook.events.values import HumanName, Period
from daybook.runtime.testing_folds import rows_after


def test_a_practitioner_said_again_keeps_their_roles() -> None:
    role = PractitionerRoleAssigned(
        practitioner_id=IDS[2],
        role_id=IDS[0],
        role="physician",
        organization_id=IDS[3],
        location_id=IDS[4],
        period=Period(),
    )
    first, mended = (
        PractitionerRegistered(practitioner_id=IDS[2], name=HumanName(family=family))
        for family in ("Okafo", "Okafor")
    )
    (row,) = rows_after(Practitioners(), [first, role, mended])
    assert (row["name"]["family"], len(row["roles"])) == ("Okafor", 1)

"""The streams of the EHR, and how each is folded."""

from collections.abc import Callable

from daybook.ehr.domain import encounter, lists
from daybook.ehr.domain.encounter import Encounter
from daybook.runtime.writing import Decision
from daybook.runtime.writing.store import Aggregate

ENCOUNTER = Aggregate("encounter", encounter.evolve)
PROBLEM = Aggregate("problem", lists.evolve)
ALLERGY = Aggregate("allergy", lists.evolve)
MEDICATION = Aggregate("medication", lists.evolve)
IMMUNIZATION = Aggregate("immunization", lists.evolve)

Decide = Callable[[Encounter | None], Decision]

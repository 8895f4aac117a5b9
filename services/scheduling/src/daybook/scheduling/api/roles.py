"""Who may do what in scheduling, by the roles in a token."""

READERS = ("front-desk", "nurse", "clinician", "manager")
DESK = ("front-desk", "manager")
"""Books, moves and cancels, lets patients arrive, chooses who pays."""
FLOOR = ("front-desk", "nurse", "clinician")
"""Takes a patient who is there through the visit."""
MANAGERS = ("manager",)
"""Say what is offered: visit types, rooms, providers' hours."""

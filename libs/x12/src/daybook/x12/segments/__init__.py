"""The segments of X12 005010 as its dictionary has them: one class each, one field a position.

Fields are named in plain words; a date or an amount of money is one. Text that is absent is "".
What a guide requires of a segment is said where a loop uses it.
"""

"""X12 5010 health care transactions: read, model, check, write, acknowledge.

Imports nothing of ours. The README beside `src` says how the tables are read.
"""

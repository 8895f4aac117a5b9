"""837P, 005010X222A1: professional claims. `transaction.py` is the top."""

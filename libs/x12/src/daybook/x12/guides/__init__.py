"""The implementation guides as tables, one module or folder a transaction.

Each class is a loop, in the guide's order; `declaring.py` says how they are read. They are
written from the published structures; where sources differ or are silent a comment says "by
interpretation".
"""

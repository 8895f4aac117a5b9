"""A clearinghouse and its payers, deterministic by seed: what they are told, decide, say and pay.

`people`, `claims`, `asking` and `payments` are what the office (members, adjudicating, books) and
the clearinghouse (clearing, edge, transactions) say to each other; neither knows more of the other.
"""

"""What is wrong with a file, by table and by rule: `check.check` is the way in.

`patterns` and `elements` check a segment against its guide, `envelope_rules` what is around
transactions; `rules` lists every rule about what segments say together, by transaction.
"""

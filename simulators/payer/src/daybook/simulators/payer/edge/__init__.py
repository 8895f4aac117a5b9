"""How providers reach the clearinghouse: CAQH CORE connectivity, a drop folder, and by hand.

`soap` and `mime` are vC2.2.0 (CORE 270), `rest` is vC4.0.0; what they say to each other is a
`message`, and what is done with one is in `operations`.
"""

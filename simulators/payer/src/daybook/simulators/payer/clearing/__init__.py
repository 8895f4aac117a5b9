"""The clearinghouse: what comes in, two hops of answers, and what waits to be picked up."""

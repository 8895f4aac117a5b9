"""What may happen to the facts of a practice. Pure: no await, no clock, no I/O."""

"""What may happen to a patient and to a coverage. Pure: no await, no clock, no I/O."""

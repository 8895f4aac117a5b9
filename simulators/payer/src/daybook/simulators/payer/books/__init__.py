"""The books of the payers: what was decided and paid, for comparison to the cent."""

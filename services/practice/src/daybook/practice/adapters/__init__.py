"""The outside world that the practice service speaks to."""

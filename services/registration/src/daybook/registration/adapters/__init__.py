"""The outside world that registration speaks to."""

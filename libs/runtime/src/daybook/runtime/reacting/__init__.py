"""Reacting: events -> commands, at least once, and each command once (decision 16)."""

"""Every test may ask for the fixtures on real engines."""

pytest_plugins = ["daybook.runtime.testing"]

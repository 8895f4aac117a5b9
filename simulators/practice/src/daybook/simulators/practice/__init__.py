"""A practice made up from a seed, and a day of it, driven through the public APIs alone."""

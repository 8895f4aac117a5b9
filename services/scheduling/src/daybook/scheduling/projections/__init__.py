"""Events -> the read tables of scheduling."""

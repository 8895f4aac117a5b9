"""X12 to what the office is asked, and what the office says to X12; pure, one file a question."""

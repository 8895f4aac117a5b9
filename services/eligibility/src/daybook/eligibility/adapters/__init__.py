"""The outside world eligibility speaks to: payers, by way of a clearinghouse."""

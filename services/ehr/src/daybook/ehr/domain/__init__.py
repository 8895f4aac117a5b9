"""What may happen in the EHR: pure decisions, one file per matter."""

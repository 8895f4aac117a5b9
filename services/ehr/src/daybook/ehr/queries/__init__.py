"""Rows -> what the EHR is asked for, one file per matter."""

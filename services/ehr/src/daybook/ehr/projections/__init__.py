"""Events -> the read tables of the EHR, one file per matter."""

"""What the EHR takes from elsewhere: the code table of ICD-10-CM."""

"""FHIR R4 patients, related persons and coverages, read into what registration can record.

Pure: a resource goes in, a frozen record or the reason why not comes out. No reason repeats a
value, as reports are read by people who may not see the patient.
"""

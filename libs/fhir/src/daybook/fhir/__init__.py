"""Reading FHIR R4 as real exporters write it. Imports nothing of ours.

`reader.read` turns a file into resources, `references` says how they name and find each other,
`elements`, `dates` and `datatypes` read the parts of one resource. What a resource means to
Daybook is decided by the adapters of the service that owns the fact.
"""

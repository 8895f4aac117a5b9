"""Registration: who the patients are, who stands beside them, how they are covered.

Owns      patient, related persons, guarantor, coverage and its order
Publishes registration.patient, registration.coverage
Consumes  its own topics; practice.location, practice.payer, practice.plan
"""

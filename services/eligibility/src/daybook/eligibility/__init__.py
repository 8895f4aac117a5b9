"""Eligibility: what a coverage pays. So far it knows which coverages there are to be verified.

Owns      nothing yet; inquiries and answers come here
Publishes nothing yet
Consumes  registration.patient, registration.coverage; practice.payer, practice.plan,
          practice.location
"""

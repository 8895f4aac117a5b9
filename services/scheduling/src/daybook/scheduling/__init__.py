"""Scheduling: when whom is seen where. So far it knows whom it may book, and with whom and where.

Owns      nothing yet; appointments come here
Publishes nothing yet
Consumes  registration.patient, registration.coverage; practice.practitioner, practice.location
"""

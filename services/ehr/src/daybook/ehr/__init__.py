"""EHR: the chart. So far its header: whose chart it is, who stands beside them, who pays.

Owns      nothing yet; encounters, notes and orders come here
Publishes nothing yet
Consumes  registration.patient, registration.coverage; practice.payer, practice.location
"""

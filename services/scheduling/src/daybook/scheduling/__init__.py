"""Scheduling: when whom is seen where, from the free time to the patient who leaves.

Owns      visit types, rooms, providers' availability, appointments with their visit states
Publishes scheduling.visit-type, scheduling.room, scheduling.availability, scheduling.appointment
Consumes  registration.patient, registration.coverage; practice.practitioner, practice.location;
          eligibility.inquiry
"""

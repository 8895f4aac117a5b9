"""Eligibility: whether a coverage pays on a day, and what; asked of the payer, never guessed.

Owns      the inquiry: the question, the payer's answer with its benefits, or why there is none
Publishes eligibility.inquiry
Consumes  registration.patient, registration.coverage; scheduling.appointment; practice.payer,
          practice.plan, practice.location; its own inquiries
"""

"""Practice: the facts of the practice itself, which every other service needs.

Owns      organizations, locations, practitioners and their roles, payers, plans
Publishes practice.organization, practice.location, practice.practitioner, practice.payer,
          practice.plan
Consumes  its own topics
"""

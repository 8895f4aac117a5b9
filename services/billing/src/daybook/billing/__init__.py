"""Billing: the money. Whose account, what each visit costs, and the claim it becomes.

Owns      fee schedules, charges, claims; remittances and the ledger come here
Publishes billing.fee-schedule, billing.charge, billing.claim
Consumes  ehr.encounter; registration.patient, registration.coverage; practice.organization,
          practice.location, practice.practitioner, practice.payer, practice.plan
"""

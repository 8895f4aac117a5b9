"""Billing: the money. So far it knows the accounts: whose, who answers for them, who pays first.

Owns      nothing yet; charges, claims and the ledger come here
Publishes nothing yet
Consumes  registration.patient, registration.coverage; practice.payer, practice.plan,
          practice.location
"""

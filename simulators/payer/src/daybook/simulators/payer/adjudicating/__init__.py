"""What a payer decides: claims, payments, eligibility, status, authorisations. Pure, by the day."""

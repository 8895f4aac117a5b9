"""Who is insured, by which plan, and what each plan promises."""

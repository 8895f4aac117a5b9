"""EHR: the chart, the encounter from arrival to release, its notes and signatures.

Owns      encounter with vitals, notes and coding; problems, allergies, medications, immunizations
Publishes ehr.encounter, ehr.problem, ehr.allergy, ehr.medication, ehr.immunization
Consumes  registration.patient, registration.coverage; practice.payer, practice.location,
          practice.practitioner; scheduling.appointment; eligibility.inquiry; its own encounters
"""

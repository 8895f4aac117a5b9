"""Why less is paid than charged: codes of CARC and RARC in our own words."""

DEDUCTIBLE = "1"
COINSURANCE = "2"
COPAY = "3"
DUPLICATE = "18"
ANOTHER_FIRST = "22"
PRIOR_PAYER = "23"
BEFORE_COVERAGE = "26"
COVERAGE_ENDED = "27"
TOO_LATE = "29"
CONTRACT = "45"
NOT_COVERED = "96"
BUNDLED = "97"
LIMIT_REACHED = "119"
NOT_AUTHORISED = "197"
OUT_OF_NETWORK = "242"

IN_WORDS = {
    DEDUCTIBLE: "goes to the deductible",
    COINSURANCE: "the patient's part of the allowed amount",
    COPAY: "the patient's fixed amount",
    DUPLICATE: "was decided before",
    ANOTHER_FIRST: "another payer is asked first",
    PRIOR_PAYER: "settled by the payers before",
    BEFORE_COVERAGE: "before the coverage began",
    COVERAGE_ENDED: "after the coverage ended",
    TOO_LATE: "sent too late",
    CONTRACT: "above what is allowed",
    NOT_COVERED: "the plan does not cover it",
    BUNDLED: "part of another service",
    LIMIT_REACHED: "as often as the plan allows was reached",
    NOT_AUTHORISED: "no authorisation",
    OUT_OF_NETWORK: "the provider is out of network",
}

NO_PRIOR_PAYMENT = "MA04"
PART_OF_THE_SERVICE = "M15"
NOT_A_BENEFIT = "N130"

REMARKS_IN_WORDS = {
    NO_PRIOR_PAYMENT: "what the first payer paid is missing",
    PART_OF_THE_SERVICE: "paid with the service it belongs to",
    NOT_A_BENEFIT: "see the plan for what it covers",
}

"""The HTTP edge: who asks, what they may, how bad input and trouble are answered.

http.py        service_app, platform_app
auth.py        Caller, allow(roles) for routes; tokens.py verifies Bearer tokens
writing.py     origin(roles, creates= / changes=) for command routes, answered()
reading.py     at_least(projections), etag(), unchanged()
paging.py      Page, Pages, sealed cursors
problems.py    problem+json; validation.py and failures.py turn errors into it
guard.py       limits and strict JSON, before FastAPI sees a body
issuer.py      the development token issuer
"""

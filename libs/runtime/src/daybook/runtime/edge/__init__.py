"""The HTTP edge: who asks, what they may, how bad input and trouble are answered.

http.py        service_app, platform_app
auth.py        Caller, allow(roles) for routes; tokens.py verifies Bearer tokens
writing.py     origin(roles, creates= / changes=) for command routes, answered()
reading.py     at_least(projections), etag(), unchanged()
paging.py      Page, Pages, sealed cursors
guard.py       limits and strict JSON, before FastAPI sees a body; upload() for import files
problems.py    problem+json; answers.py, validation.py and failures.py turn errors into it
openapi.py     the description a partner works from; docs.py shows it
parts.py       what the edge asks of a running service; health.py, tracing.py
issuer.py      the development token issuer
"""

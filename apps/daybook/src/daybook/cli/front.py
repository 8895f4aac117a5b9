"""The first page of `daybook up`: what runs here, and where each service describes itself."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from daybook.runtime.edge.failures import Failures
from daybook.runtime.service import Service

STYLE = """
:root { color-scheme: light dark;
  --ink: #1d2530; --soft: #5b6675; --line: #d9dee5; --link: #0b5c4a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #333b47; --link: #5fd0b1 }
}
body { max-width: 44rem; margin: 12vh auto; padding: 0 1.5rem; color: var(--ink);
  font: 17px/1.55 system-ui, sans-serif }
h1 { font: 600 2.2rem/1.2 Georgia, serif; margin: 0 0 .3rem }
p { color: var(--soft); margin: 0 0 1.6rem }
dl { margin: 0; display: grid; grid-template-columns: 8.5rem 1fr }
dt, dd { margin: 0; padding: .55rem 0; border-top: 1px solid var(--line) }
dt { font-weight: 600 }
dd, footer { color: var(--soft) }
footer { margin-top: 1.6rem; font-size: .9rem }
a { color: var(--link); text-decoration: none }
a:hover, a:focus { text-decoration: underline }
code { font-size: .9em }
"""
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath fill='%230b5c4a' d='M3 1h9a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3z'/%3E"
    "%3Cpath stroke='white' d='M6 5h4M6 8h4M6 11h2'/%3E%3C/svg%3E"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Daybook</title>
<link rel="icon" href="{icon}">
<style>{style}</style>
</head>
<body>
<h1>Daybook</h1>
<p>One record of what happened in a practice, and services that each read from it.</p>
<dl>
{services}</dl>
<footer>Their operations can be tried on these pages, with a token of
<code>daybook token</code> or of <a href="/dev/docs">/dev</a>. What they measure is at
<a href="/metrics">/metrics</a>.</footer>
</body>
</html>
"""
DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{DIGEST}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Front:
    """ASGI: the first page at `/`; everything else is the platform's."""

    def __init__(self, platform: ASGIApp, services: Sequence[Service]) -> None:
        self._platform = platform
        page = PAGE.format(icon=ICON, style=STYLE, services="".join(map(_entry, services)))
        self._page = Failures(HTMLResponse(page, headers={"Content-Security-Policy": POLICY}))
        self._only_get = Failures(Response(status_code=405, headers={"Allow": "GET, HEAD"}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._platform(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._page(scope, receive, send)
        else:
            await self._only_get(scope, receive, send)


def _entry(service: Service) -> str:
    name, summary = escape(service.name), escape(service.summary)
    return f'<dt><a href="/{name}/docs">{name}</a></dt><dd>{summary}</dd>\n'

"""The body of a request, as far as one is taken."""

from fastapi import HTTPException, Request

MOST = 64 << 20
"""Bytes; a larger batch goes in several."""


async def body(request: Request) -> bytes:
    """All of it; raises 413 once it is larger than we take."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > MOST:
            raise HTTPException(413, f"at most {MOST >> 20} MiB at once")
    return bytes(found)

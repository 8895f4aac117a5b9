"""Tokens of a platform's own development issuer, as anybody on this machine gets them."""

import httpx

from daybook.cli.sorry import USAGE, Sorry
from daybook.simulators.practice.asking import PATIENCE, Away

ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")


class Development:
    """The issuer at an address; `actor` begins the name of whoever a token is for."""

    def __init__(self, address: str, actor: str) -> None:
        self._address, self._actor = address, actor
        self._practice = ""

    async def token(self, *roles: str, practitioner: str | None = None) -> str:
        """A token in these roles. Raises Sorry or Away."""
        address = self._address
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False) as http:
            try:
                if not self._practice:
                    self._practice = await self._asked(http)
                wanted = {
                    "tenant": self._practice,
                    "actor": self._actor if len(roles) > 1 else f"{self._actor}-{roles[0]}",
                    "roles": roles,
                    "practitioner": practitioner,
                }
                answer = await http.post("/dev/token", json=wanted)
                return str(answer.json()["access_token"])
            except httpx.TransportError:
                raise Away("Daybook", address) from None
            except (ValueError, KeyError):
                raise Sorry(
                    f"What answers at {address} is not Daybook: give another port."
                ) from None

    async def of_role(self, role: str, practitioner: str | None) -> str:
        """A token of one role, as the staff of a simulated practice asks for it."""
        return await self.token(role, practitioner=practitioner)

    async def _asked(self, http: httpx.AsyncClient) -> str:
        answer = await http.get("/dev/practice")
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise Sorry(
                f"{self._address} gives no development tokens: set DAYBOOK_TOKEN to one of its "
                f"issuer, in the roles {', '.join(ROLES)}.",
                USAGE,
            )
        return str(answer.json()["practice"])

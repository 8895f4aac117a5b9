"""The machine under every service: what is written once is known everywhere. Knows no medicine."""

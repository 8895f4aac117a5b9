"""The contract: every event of Daybook, its envelope and its codec. Imports pydantic only."""

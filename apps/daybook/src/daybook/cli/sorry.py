"""What stops a command: one sentence that says what to do, and an exit code."""

USAGE, DATA, PORT, POSTGRES, KAFKA = 2, 3, 4, 5, 6
"""Exit codes: wrong options or settings, the data directory, the port, PostgreSQL, Kafka.

0 is done or stopped as asked, 1 everything else.
"""


class Sorry(Exception):
    """What stops a command; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code

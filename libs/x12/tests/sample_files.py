"""The sample files, and small changes of them."""

from pathlib import Path

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.name for path in FOLDER.glob("*.edi"))


def sample(name: str, *changes: tuple[str, str]) -> bytes:
    """A file's bytes, with each (old, new) put in; an old text that is not there is a mistake."""
    text = (FOLDER / name).read_text("ascii")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()

"""The daybook command: the only importer of every service."""

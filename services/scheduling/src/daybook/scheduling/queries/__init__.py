"""Rows -> what scheduling answers."""

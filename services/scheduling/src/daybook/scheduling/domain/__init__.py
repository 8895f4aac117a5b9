"""What scheduling decides; pure."""

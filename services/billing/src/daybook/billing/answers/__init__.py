"""What billing answers: the shapes of its resources, made from rows."""

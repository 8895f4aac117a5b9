"""What scheduling answers: the shapes of its resources, made from rows."""

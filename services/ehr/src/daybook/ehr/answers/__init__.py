"""What the EHR answers: the shapes of its resources, made from rows, one file per matter."""

"""What the program costs, and what serves its pages for measurement."""

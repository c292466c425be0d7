"""What the pages of the model factory show, one small state per page, and the run that they all watch."""

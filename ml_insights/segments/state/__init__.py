"""What the page of segments shows, in small states: segments, members, the computation, the overview's card."""

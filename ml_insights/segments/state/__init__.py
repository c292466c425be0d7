"""What the page of segments shows, in small states: the segments, their members, the computation, the overview's card."""

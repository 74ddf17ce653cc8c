"""The inbox: every message stored before anything is done with it, answered one at a time, in order, by one owner."""

"""What is kept of a person: told to them, taken out at their wish, and not kept for longer than the policy says."""

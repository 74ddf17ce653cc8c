"""How a shop keeps orders, stock and deliveries current, and hears what we changed."""

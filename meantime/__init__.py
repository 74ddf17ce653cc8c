"""Meantime: what a customer talks to between "it is on backorder" and "it is here"."""

"""Finds shots by their colours."""

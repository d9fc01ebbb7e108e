"""Portals receive the latest version: plan says what would change, apply does exactly that."""

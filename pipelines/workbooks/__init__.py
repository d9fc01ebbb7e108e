"""Spreadsheets, read by calamine in a process of its own: one wrong byte can end it, or make it ask for terabytes.

process   what that process does: bytes in, sheets out
pieces    how these are written
statuses  how it ends where it has none to tell
marks     what calamine does not tell of a sheet: formulas, errors, hidden rows, how far its cells lie apart
xlsx ods xls    where each format keeps them

This room imports nothing of the others, so that the process starts at once.
"""

"""The actions of a policy on a column: dates, labels of a ladder, figures, grid, households, pseudonyms, thresholds."""

"""From a table of text to typed rows and a report, by the Table Schema."""

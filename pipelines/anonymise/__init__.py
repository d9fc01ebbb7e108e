"""What happens to every column and every row, so that nobody can be pointed at."""

"""The measurements: each module is one command, prints one table, and says what it aims at."""

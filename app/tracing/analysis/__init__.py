"""What is computed from a finished pass: statistics, predictions, differences, explanations."""

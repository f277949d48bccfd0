LEAST_COLUMNS, LEAST_ROWS = 60, 20
"""The smallest terminal that the app can be drawn on."""

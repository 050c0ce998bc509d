"""Inventory bags (format, section 10): steps 6 to 8 of their material, and step 10 with others."""

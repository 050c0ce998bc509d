"""Any other site."""

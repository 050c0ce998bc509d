"""A case is one person's story: its captures, and who may do what with them."""

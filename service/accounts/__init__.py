"""Who asks: people with e-mail and password, and API tokens that act for them."""

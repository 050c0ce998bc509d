"""What the caller trusts: keys of signers, roots of timestamp authorities."""

"""Step 8: what the capture says of itself, held against everything else."""

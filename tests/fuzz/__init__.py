"""Coverage-guided fuzzing of everything in the verifier that reads bytes from strangers."""

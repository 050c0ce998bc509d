"""Health, metrics, logs, and the doctor."""

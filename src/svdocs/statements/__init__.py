"""Text becomes commitments, deliveries and practices."""

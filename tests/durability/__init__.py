"""Proofs that no acknowledged upload is lost: kills, full disks, power cuts; and the load that the service bears."""

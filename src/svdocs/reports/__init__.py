"""What is told of the records: statements, answers, papers and registers, built from what is kept."""

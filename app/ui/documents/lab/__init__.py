"""The parts of the Evaluation view: question sets and trials."""

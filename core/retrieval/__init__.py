"""Finding passages: encoders, fusion, diversity, answers with evidence."""

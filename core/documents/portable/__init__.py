"""PDF: lines with places and sizes become headings, paragraphs and tables."""

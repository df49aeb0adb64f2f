"""What a run found, and its projections: HTML, JUnit, Markdown, HAR, and the comparison of two runs."""

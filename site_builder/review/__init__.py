"""Two revisions → what changed, in words and in scores."""

"""Mail: what is told, in which words, and how it leaves."""

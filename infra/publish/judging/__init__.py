"""Judging: what a template may name, and what comes of it for the fullest, sparsest and most hostile customer."""

"""Held against what is published: public corpora read from a folder, measures with their source, and one run of all."""

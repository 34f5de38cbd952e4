"""The protocol for the LinkedIn data set of Ayoobi et al. (2023): safe reading, leaks blocked, published regimes.

A benchmark, not the detector that ships: what is learned here is measured and thrown away.
"""

"""A second opinion on messages: a linear model over words, learned from matched honest and hostile messages.

The rules say which words show which stage. The model was never told a rule; it learned from pairs of messages that
share cover, topic and register and differ in what is asked. Each can be wrong where the other is right, so their
answers are averaged (`assess/likelihoods.yml`). Its weights are a table that can be read, `weights.tsv`; how they were
made, and on what, stands in `docs/model.md`.
"""

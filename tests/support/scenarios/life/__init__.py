"""Life stories: what happens to a customer over a year and more, written as a table (`story` has an example).

`purchases` and `consumption` have what may happen, `expectations` what the customer has then. `runner` lives
all stories in one local cloud, and `tables` writes them down.
"""

"""The two commands, and the servers behind them."""

"""Everything that takes time: job entry points, the processes that run them, and the sweeper behind them."""

-- The founding query: every key (trader, symbol) belongs to one partition, which alone owns its state.

CREATE STREAM trades (
  trader_id VARCHAR,
  symbol VARCHAR,
  price DECIMAL(10, 2),
  quantity INT
) WITH (connector = 'file', path = 'examples/trades/out/trades.jsonl');

SELECT
  trader_id,
  symbol,
  COUNT(*) AS trades,
  ROUND(AVG(price), 4) AS average_price,
  SUM(price * quantity) AS turnover
FROM trades
GROUP BY trader_id, symbol
ORDER BY turnover DESC, trader_id, symbol
LIMIT 10;

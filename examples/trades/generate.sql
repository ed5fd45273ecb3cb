-- A million trades of 50 traders in five symbols, four of them a second, as JSON lines.

CREATE STREAM generated (
  trader_id VARCHAR,
  symbol VARCHAR,
  price DECIMAL(10, 2),
  quantity INT,
  trade_time TIMESTAMP
) WITH (
  connector = 'datagen',
  rows = 1000000,
  seed = 42,
  'fields.trader_id.template' = 'T{i}',
  'fields.trader_id.max' = 49,
  'fields.symbol.values' = 'AAPL,MSFT,GOOG,AMZN,IBM',
  'fields.symbol.weights' = '5,4,3,2,1',
  'fields.price.mean' = 150,
  'fields.price.stddev' = 25,
  'fields.price.min' = 1,
  'fields.quantity.min' = 1,
  'fields.quantity.max' = 500,
  'fields.trade_time.start' = '2024-01-02 09:30:00',
  'fields.trade_time.step' = '250ms'
);

CREATE STREAM trades WITH (connector = 'file', path = 'examples/trades/out/trades.jsonl');

INSERT INTO trades SELECT * FROM generated;

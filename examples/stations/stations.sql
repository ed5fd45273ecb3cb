-- One statement with its source and its sink, in the spellings of the founding dialect.

CREATE STREAM results AS
SELECT
  station,
  MIN(temperature) AS lowest,
  ROUND(AVG(temperature::DECIMAL(4, 1)), 1) AS average,
  MAX(temperature) AS highest
FROM measurements
GROUP BY station
ORDER BY station
EMIT FINAL
WITH (
  'measurements.type' = 'file_source',
  'measurements.path' = 'examples/stations/out/measurements.csv',
  'measurements.format' = 'csv',
  'measurements.has_headers' = 'true',
  'results.type' = 'file_sink',
  'results.path' = 'examples/stations/out/results.csv',
  'results.format' = 'csv'
);

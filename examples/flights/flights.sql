-- Three million flights in the United States, January to June 2001 (Bureau of Transportation Statistics).
-- Delays are in minutes; a negative one is an early arrival. Run it with: npm start

CREATE STREAM flights WITH (
  connector = 'file',
  path = 'node_modules/vega-datasets/data/flights-3m.parquet'
);

-- All flights at a glance.
SELECT
  COUNT(*) AS flights,
  ROUND(AVG(delay), 2) AS average_delay,
  MAX(delay) AS longest_delay,
  COUNT(*) FILTER (WHERE delay > 60) AS over_an_hour,
  SUM(distance) AS miles
FROM flights;

-- The ten origins with the worst average delay.
SELECT origin, COUNT(*) AS flights, ROUND(AVG(delay), 2) AS average_delay
FROM flights
GROUP BY origin
HAVING COUNT(*) >= 100
ORDER BY average_delay DESC, origin
LIMIT 10;

-- The ten busiest routes.
SELECT origin, destination, COUNT(*) AS flights, ROUND(AVG(delay), 2) AS average_delay
FROM flights
GROUP BY origin, destination
ORDER BY flights DESC, origin, destination
LIMIT 10;

-- Half a million measurements: some station, and a temperature that is mostly near ten degrees.

CREATE STREAM generated (station VARCHAR, temperature DECIMAL(4, 1)) WITH (
  connector = 'datagen',
  rows = 500000,
  seed = 1,
  'fields.station.values' = 'Abha,Bergen,Conakry,Dublin,Erbil,Fresno,Gjoa Haven,"Washington, D.C."',
  'fields.temperature.mean' = 10,
  'fields.temperature.stddev' = 10,
  'fields.temperature.min' = -99.9,
  'fields.temperature.max' = 99.9
);

CREATE STREAM measurements WITH (connector = 'file', path = 'examples/stations/out/measurements.csv');

INSERT INTO measurements SELECT * FROM generated;

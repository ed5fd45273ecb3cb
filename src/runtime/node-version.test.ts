import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionFault } from './node-version.ts';

test('Node 22.17 and all after it will do', () => {
  for (const version of ['22.17.0', '22.18.1', '23.0.0', '24.21.0', '100.0.0']) {
    assert.equal(versionFault('velo', version), undefined);
  }
  const fault = versionFault('velo', '22.16.9');
  assert.equal(fault, 'velo needs Node 22.17 or later, this is 22.16.9');
  assert.notEqual(versionFault('velo', '20.20.2'), undefined);
});

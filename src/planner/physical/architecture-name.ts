/**
 * The name of an architecture as people write it, with what they put behind it:
 *   name [':' partitions] [':affinity']      v2, adaptive and simple are old names
 */
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { type Architecture, type ArchitectureOptions, architectures } from '../../plan/architecture.ts';
import { checkPartitions } from './choose-architecture.ts';

const oldNames: ReadonlyMap<string, Architecture> = new Map([
  ['v2', 'partitioned'],
  ['adaptive', 'partitioned'],
  ['simple', 'v1'],
]);

export function parseArchitecture(text: string): ArchitectureOptions {
  const [name = '', ...parameters] = text.trim().toLowerCase().split(':');
  const architecture = architectures.find((known) => known === name) ?? oldNames.get(name);
  if (architecture === undefined) throw unknownArchitecture(name);
  let options: ArchitectureOptions = { architecture };
  for (const parameter of parameters) {
    const isCount = /^[1-9]\d{0,5}$/.test(parameter);
    if (isCount && options.numPartitions === undefined) {
      checkPartitions(Number(parameter));
      options = { ...options, numPartitions: Number(parameter) };
    } else if (parameter === 'affinity' && options.enableCoreAffinity === undefined) {
      options = { ...options, enableCoreAffinity: true };
    } else {
      throw new VelostreamError(`unknown parameter "${parameter}" of the architecture "${name}"`, {
        code: 'config_invalid',
        hint: 'A number of partitions and "affinity" may follow it, as in "partitioned:8:affinity".',
        option: 'architecture',
      });
    }
  }
  return options;
}

/**
 * What `own` says goes before `general`; an architecture by name also before the flag that stands for one.
 */
export function overrideOptions(general: ArchitectureOptions, own: ArchitectureOptions): ArchitectureOptions {
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const flag = own.architecture === undefined ? {} : { useHashPartitioned: undefined };
  return { ...general, ...flag, ...said };
}

function unknownArchitecture(name: string): VelostreamError {
  const near = nearestName(name, [...architectures, ...oldNames.keys()]);
  return new VelostreamError(`unknown architecture "${name}"`, {
    code: 'config_invalid',
    detail: `There are ${architectures.join(', ')}.`,
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
    option: 'architecture',
  });
}

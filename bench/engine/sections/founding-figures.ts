/**
 * What the founding document says of its architectures, by cores: records a second against 23,000 of its v1.
 */

export interface FoundingFigures {
  readonly cores: number;
  readonly singleActor: string;
  readonly partitioned: string;
  readonly overV1: string;
  readonly efficiency: string;
}

export const foundingFigures: readonly FoundingFigures[] = [
  { cores: 1, singleActor: '200K', partitioned: '200K', overV1: '8.7x', efficiency: '100 %' },
  { cores: 2, singleActor: '200K', partitioned: '380K', overV1: '16.5x', efficiency: '95 %' },
  { cores: 4, singleActor: '200K', partitioned: '750K', overV1: '32.6x', efficiency: '94 %' },
  { cores: 8, singleActor: '200K', partitioned: '1.5M', overV1: '65.2x', efficiency: '93 %' },
  { cores: 16, singleActor: '200K', partitioned: '2.9M', overV1: '126x', efficiency: '90 %' },
  { cores: 32, singleActor: '200K', partitioned: '5.4M', overV1: '235x', efficiency: '85 %' },
];

export const foundingV1 = '23K';
export const foundingLatency: Readonly<Record<'single_actor' | 'partitioned', string>> = {
  single_actor: '2–5 ms',
  partitioned: '< 1 ms',
};

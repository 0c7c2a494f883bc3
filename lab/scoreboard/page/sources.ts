/** Whose recordings a set comes from, by how its name begins; sets of one's own have no entry. */
const SOURCES: readonly (readonly [string, string])[] = [
  ['alibaba', 'Alibaba Open Cluster Trace Program, 2018 and 2022'],
  ['azure2017', 'Azure Public Dataset V1, Microsoft, 2017 (CC-BY 4.0)'],
  [
    'bitbrains',
    'Bitbrains GWA-T-12, Grid Workloads Archive: S. Shen, V. van Beek, A. Iosup, Statistical Characterization of Business-Critical Workloads Hosted in Cloud Datacenters, CCGrid 2015',
  ],
  ['cluster-pools', 'Cloud Cluster Capacity Dataset, 2024 (Apache-2.0)'],
  ['gcd2011', 'Google cluster-usage trace 2011, Google (CC-BY 4.0)'],
  ['google2019', 'Google cluster-usage trace 2019, Google (CC-BY 4.0)'],
  ['nab-', 'Numenta Anomaly Benchmark (MIT)'],
  ['nezha', 'Nezha, ESEC/FSE 2023 (MIT)'],
  [
    'planetlab',
    'K. Park, V. Pai, CoMon: a mostly-scalable monitoring system for PlanetLab, 2006; A. Beloglazov, R. Buyya, 2012',
  ],
];

/** The sources of the sets as a Markdown list; empty where none is known. */
export function sourcesOf(sets: readonly string[]): string {
  return SOURCES.filter(([start]) => sets.some((set) => set.startsWith(start)))
    .map(([start, source]) => {
      const names = sets.filter((set) => set.startsWith(start)).map((set) => `\`${set}\``);
      return `- ${names.join(', ')}: ${source}.`;
    })
    .join('\n');
}

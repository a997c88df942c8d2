import { generateSampleTree, type SampleTree } from '@mammoline/testing/sample-tree';

/** A few patients with every quirk, small enough for seconds. */
export function smallTree(directory: string): Promise<SampleTree> {
  return generateSampleTree({ directory, patients: 8, heightPx: 256, quirkRate: 1.5, testShare: 0.3, seed: 5 });
}

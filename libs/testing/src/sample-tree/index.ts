export { generateSampleTree, type SampleTree, type SampleTreeOptions } from './generate-sample-tree.ts';
export { defaultSettings, type SampleTreeSettings } from './settings.ts';

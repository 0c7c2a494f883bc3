export { decodeTrees, encodeTrees, treesId } from './codec.ts';
export { logOdds, probability, type TreeEnsemble } from './ensemble.ts';
export { type TrainingOptions, type TrainingRows, trainTrees } from './train.ts';

export { DataFolder } from './folder.ts';
export { keepReplayState, markLoaded, type ReplayState } from './replay-state.ts';
export { keepSecrets, type Secrets } from './secrets.ts';

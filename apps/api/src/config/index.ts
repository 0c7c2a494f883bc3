export { type ApiConfig, readApiConfig } from './config.ts';
export { readSecretFile, readTextFile } from './files.ts';

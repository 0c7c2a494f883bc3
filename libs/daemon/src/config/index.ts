export {
  type ConfigSources,
  describeSettings,
  readConfig,
  type SettingDescription,
} from './read-config.ts';

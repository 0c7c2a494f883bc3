export {
  type BacktestOptions,
  type BacktestOutcome,
  type BacktestProgress,
  backtest,
} from './backtest.ts';

export type {
  CpuProof,
  Evidence,
  EvidenceSizes,
  MemoryProof,
  Proof,
  Verdict,
} from './evidence.ts';
export type { Page, Problem, ProblemEntry } from './page.ts';
export type {
  ClusterView,
  ContainerView,
  CurrentView,
  Preset,
  ProofView,
  RecommendationStatus,
  RecommendationView,
  RecommendedView,
  ResourceView,
  SizesView,
  WithheldView,
  WorkloadView,
} from './views.ts';

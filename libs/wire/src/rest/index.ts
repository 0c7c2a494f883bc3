export type {
  CpuProof,
  Evidence,
  EvidenceSizes,
  Finding,
  MemoryProof,
  Proof,
  Verdict,
} from './evidence.ts';
export type { Page, Problem, ProblemEntry } from './page.ts';
export type {
  ClusterView,
  ContainerView,
  CurrentView,
  FindingView,
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

export {
  type AgentIdentity,
  type ApiKeyWish,
  type Authority,
  type CreatedApiKey,
  createApiKey,
  createAuthority,
  issueAgentCertificate,
  issueServerCertificate,
  type KeyPairPem,
  loadAuthority,
} from './auth/index.ts';
export { API_ERRORS, ApiError, type ApiErrorCode } from './errors.ts';
export { type Api, type ApiOptions, type ListenAddress, startApi } from './start-api.ts';

export { type AgentIdentity, checkValidity, identityOf } from './agent-identity.ts';
export { authenticate, authorise, type Principal } from './authenticate.ts';
export {
  type Authority,
  createAuthority,
  issueAgentCertificate,
  issueServerCertificate,
  type KeyPairPem,
  loadAuthority,
} from './authority.ts';
export { type ApiKeyWish, type CreatedApiKey, createApiKey } from './create-api-key.ts';

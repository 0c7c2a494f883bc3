import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { ConfigError, DaemonError, describeSettings, readConfig } from '../index.ts';
import { type Static, Type } from '../schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'trimtab-config-'));
after(() => rmSync(folder, { recursive: true }));

const SCHEMA = Type.Object({
  source: Type.Union([Type.Literal('auto'), Type.Literal('kubelet'), Type.Literal('apiserver')], {
    default: 'auto',
  }),
  push: Type.Object({
    intervalSeconds: Type.Integer({
      minimum: 5,
      maximum: 3600,
      default: 60,
      description: 'Pause.',
    }),
    endpoint: Type.String({ format: 'uri' }),
    token: Type.Optional(Type.String({ minLength: 8, secret: true })),
  }),
  labels: Type.Array(Type.String({ minLength: 1 }), { default: ['app'], maxItems: 3 }),
  verbose: Type.Boolean({ default: false }),
  weights: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Number())),
  retention: Type.Union([Type.Null(), Type.Integer({ exclusiveMinimum: 0 })], { default: null }),
});

function configFile(text: string, name = 'agent.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function read(text: string, env: Record<string, string> = {}): Static<typeof SCHEMA> {
  return readConfig(SCHEMA, { file: configFile(text), env, envPrefix: 'TRIMTAB_AGENT_' });
}

function complaints(text: string, env: Record<string, string> = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.code, 'TT_CONFIG_INVALID');
    assert.equal(error.message, error.problems.map((problem) => problem.message).join('\n'));
    return error.problems.map((problem) => problem.message);
  }
  return assert.fail('the configuration was accepted');
}

const ENDPOINT = 'push: { endpoint: "https://api.example" }\n';

test('defaults fill what the file leaves out', () => {
  assert.deepEqual(read(ENDPOINT), {
    source: 'auto',
    push: { intervalSeconds: 60, endpoint: 'https://api.example' },
    labels: ['app'],
    verbose: false,
    retention: null,
  });
});

test('the environment overrides the file, and the file the defaults', () => {
  const config = read(`${ENDPOINT}source: kubelet\nverbose: true\n`, {
    TRIMTAB_AGENT_SOURCE: 'apiserver',
    TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS: '30',
    TRIMTAB_AGENT_LABELS: 'team, app',
    TRIMTAB_AGENT_RETENTION: '7',
    TRIMTAB_AGENT_PUSH_ENDPOINT: '',
    OTHER: 'x',
  });
  assert.equal(config.source, 'apiserver');
  assert.equal(config.push.intervalSeconds, 30);
  assert.equal(config.push.endpoint, 'https://api.example');
  assert.deepEqual(config.labels, ['team', 'app']);
  assert.equal(config.verbose, true);
  assert.equal(config.retention, 7);
});

test('the environment alone is enough', () => {
  const env = { TRIMTAB_AGENT_PUSH_ENDPOINT: 'https://api.example' };
  const config = readConfig(SCHEMA, { env, envPrefix: 'TRIMTAB_AGENT_' });
  assert.equal(config.push.endpoint, 'https://api.example');
});

test('without a file, what is missing is told by the variable that would set it', () => {
  assert.throws(
    () => readConfig(SCHEMA, { env: {}, envPrefix: 'TRIMTAB_AGENT_' }),
    /^ConfigError: environment TRIMTAB_AGENT_PUSH_ENDPOINT: push\.endpoint is missing; expected a URL$/,
  );
});

test('every problem is shown at once, each with where, what, expected', () => {
  const text = `
push:
  intervalSeconds: 0
  intervalSecond: 5
  token: short
source: kublet
labels: [a, '', c, d]
weights: { UP: 1, down: no }
retention: 0
`;
  assert.deepEqual(complaints(text), [
    'agent.yaml: source is "kublet"; expected one of auto, kubelet, apiserver; did you mean kubelet?',
    'agent.yaml: push.intervalSecond is not a known setting; did you mean push.intervalSeconds?',
    'agent.yaml: push.intervalSeconds is 0; expected 5 to 3600',
    'agent.yaml: push.endpoint is missing; expected a URL',
    'agent.yaml: push.token is a value that is not shown; expected a text of at least 8 characters',
    'agent.yaml: labels has 4 items; expected 0 to 3 items',
    'agent.yaml: labels[1] is ""; expected a text of at least 1 character',
    'agent.yaml: weights.UP is no name for an entry; expected a name of the form ^[a-z]+$',
    'agent.yaml: weights.down is "no"; expected a number',
    'agent.yaml: retention is 0; expected a whole number above 0',
  ]);
});

test('a problem from the environment names the variable', () => {
  const env = {
    TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS: 'often',
    TRIMTAB_AGENT_VERBOSE: 'yes',
    TRIMTAB_AGENT_PUSH_INTERVAL_SECOND: '5',
    TRIMTAB_AGENT_LABELS: 'a,,b',
  };
  assert.deepEqual(complaints(ENDPOINT, env), [
    'environment: TRIMTAB_AGENT_PUSH_INTERVAL_SECOND is not a known setting; did you mean TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS?',
    'environment TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS: push.intervalSeconds is "often"; expected 5 to 3600',
    'environment TRIMTAB_AGENT_LABELS: labels[1] is ""; expected a text of at least 1 character',
    'environment TRIMTAB_AGENT_VERBOSE: verbose is "yes"; expected true or false',
  ]);
});

test('variables that Kubernetes makes for a Service of our name are not taken for mistakes', () => {
  const env = {
    TRIMTAB_AGENT_SERVICE_HOST: '10.0.0.1',
    TRIMTAB_AGENT_SERVICE_PORT_HTTPS: '443',
    TRIMTAB_AGENT_PORT_443_TCP_ADDR: '10.0.0.1',
  };
  assert.equal(read(ENDPOINT, env).source, 'auto');
});

test('a whole number with a fraction is told so', () => {
  const text = 'push: { endpoint: "https://a.example", intervalSeconds: 7.5 }';
  assert.deepEqual(complaints(text), [
    'agent.yaml: push.intervalSeconds is 7.5; expected a whole number, 5 to 3600',
  ]);
});

test('a setting with nothing behind it counts as absent', () => {
  assert.equal(read(`${ENDPOINT}source:\nlabels:\n`).source, 'auto');
  assert.deepEqual(complaints('push:\n'), ['agent.yaml: push.endpoint is missing; expected a URL']);
});

test('a file that is missing, broken, doubled or huge is a problem of the file', () => {
  const missing = { file: join(folder, 'nowhere.yaml') };
  assert.throws(() => readConfig(SCHEMA, missing), /^ConfigError: nowhere\.yaml: .*ENOENT/);
  assert.match(complaints('push: [').join(), /^agent\.yaml: /);
  assert.match(complaints('source: auto\nsource: auto\n').join(), /unique/);
  assert.match(complaints('a: 1\n---\nb: 2\n').join(), /document/);
  assert.match(complaints(`# ${'x'.repeat(2 ** 20)}\n`).join(), /at most 1048576/);
  assert.match(complaints('- a\n').join(), /the whole is a list; expected a mapping/);
});

test('aliases that would blow up are refused', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const before = level === 0 ? 'x' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(9).fill(before).join(', ')}]`;
  });
  assert.match(complaints(`${levels.join('\n')}\n`).join(), /alias/i);
});

test('names that mean something to JavaScript are settings like any other', () => {
  assert.match(
    complaints(`${ENDPOINT}__proto__: { source: kubelet }\n`).join(),
    /__proto__ is not/,
  );
  assert.match(complaints(`${ENDPOINT}constructor: 1\n`).join(), /constructor is not/);
});

test('a schema that uses more than is understood is an error of the program', () => {
  const isSchemaError = (error: unknown): boolean =>
    error instanceof DaemonError && error.code === 'TT_CONFIG_SCHEMA';
  const bad = [
    Type.Object({ a: Type.Number({ multipleOf: 2 }) }),
    Type.Object({ a: Type.String({ format: 'email' }) }),
    Type.Object({ a: Type.Tuple([Type.Number()]) }),
    Type.Object({}, { additionalProperties: true }),
    Type.Object({ aB: Type.Number({ default: 1 }), a_b: Type.Number({ default: 1 }) }),
  ];
  for (const schema of bad) {
    assert.throws(() => readConfig(schema, { env: {}, envPrefix: 'X_' }), isSchemaError);
  }
});

test('settings can be listed for a reference page', () => {
  const settings = describeSettings(SCHEMA, 'TRIMTAB_AGENT_');
  assert.deepEqual(
    settings.find((setting) => setting.path === 'push.intervalSeconds'),
    {
      path: 'push.intervalSeconds',
      variable: 'TRIMTAB_AGENT_PUSH_INTERVAL_SECONDS',
      expected: '5 to 3600',
      description: 'Pause.',
      fallback: 60,
    },
  );
});

test('what is accepted agrees with typebox for any value', () => {
  const schema = Type.Object({
    a: Type.Integer({ minimum: -3, exclusiveMaximum: 4 }),
    b: Type.Optional(Type.String({ minLength: 1, maxLength: 3, pattern: '^[a-c]*$' })),
    c: Type.Union([Type.Boolean(), Type.Array(Type.Number(), { minItems: 1 })]),
    d: Type.Optional(
      Type.Record(Type.String({ pattern: '^x' }), Type.Union([Type.Literal(1), Type.Literal('y')])),
    ),
  });
  const scalar = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.string({ unit: fc.constantFrom('a', 'b', 'z'), maxLength: 4 }),
    fc.boolean(),
    fc.constant('y'),
  );
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }));
  const entry = fc.dictionary(fc.constantFrom('x', 'xy', 'q'), scalar, { maxKeys: 2 });
  const config = fc.record(
    { a: value, b: value, c: value, d: fc.oneof(value, entry) },
    { requiredKeys: [] },
  );
  let file = 0;
  fc.assert(
    fc.property(config, (candidate) => {
      const allowed = Value.Check(schema, candidate) && hasOnlyMatchingKeys(candidate.d);
      const path = configFile(JSON.stringify(candidate), `any-${file++ % 4}.yaml`);
      let accepted = true;
      try {
        assert.deepEqual(readConfig(schema, { file: path }), { ...candidate });
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        accepted = false;
      }
      assert.equal(accepted, allowed, JSON.stringify(candidate));
    }),
    { numRuns: 150 },
  );
});

/** JSON Schema lets keys that match no pattern through; a configuration does not. */
function hasOnlyMatchingKeys(mapping: object | undefined): boolean {
  return Object.keys(mapping ?? {}).every((key) => key.startsWith('x'));
}

import { Type } from 'typebox';
import { PROBLEM_JSON } from './problems.ts';

/** The answers a path of the API documents: 200 with a shared schema, and problems. */
export function answersWith(schema: string, problems: readonly number[]) {
  const problem = {
    description: 'RFC 9457 problem.',
    content: { [PROBLEM_JSON]: { schema: Type.Ref('Problem#') } },
  };
  return {
    200: Type.Ref(`${schema}#`),
    ...Object.fromEntries([401, 403, 503, ...problems].map((status) => [status, problem])),
  };
}

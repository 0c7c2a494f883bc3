import { AnalysisError } from '../errors.ts';
import { decodeTrees, type TreeEnsemble, treesId } from '../trees/index.ts';
import { DEFAULT_RISK } from './default-model.gen.ts';
import { ROW_LAYOUT, ROW_MONOTONE } from './frame.ts';

/** What a plan says about trees: their name, and their bytes in base64 unless they are the ones that ship. */
export interface TreesInPlan {
  readonly model: string;
  readonly trees?: string;
}

/** Decoding takes a millisecond and a plan serves thousands of containers, so the text is read once; no caller can tell. */
const decoded = new Map<string, { readonly id: string; readonly found: TreeEnsemble }>();
const MOST_DECODED = 8;

/** Finds the trees a plan names. Unknown, of another version or corrupt: AnalysisError TT_ANALYSIS_BAD_MODEL. */
export function findTrees({ model, trees }: TreesInPlan): TreeEnsemble {
  if (trees === undefined && model !== DEFAULT_RISK.model) {
    throw badModel(`model ${model} without its trees; the one that ships is ${DEFAULT_RISK.model}`);
  }
  const text = trees ?? DEFAULT_RISK.trees;
  const { id, found } = decoded.get(text) ?? remembered(text);
  if (id !== model) throw badModel(`trees ${id} under the name ${model}`);
  return found;
}

function remembered(text: string): { id: string; found: TreeEnsemble } {
  const bytes = bytesOf(text);
  const found = decodeTrees(bytes, { layout: ROW_LAYOUT, features: ROW_MONOTONE.length });
  const entry = { id: treesId(bytes), found };
  if (decoded.size >= MOST_DECODED) decoded.clear();
  decoded.set(text, entry);
  return entry;
}

function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new AnalysisError(
      'TT_ANALYSIS_BAD_MODEL',
      'stored model: found text that is not base64',
      { cause },
    );
  }
}

function badModel(found: string): AnalysisError {
  return new AnalysisError('TT_ANALYSIS_BAD_MODEL', `stored model: found ${found}; train it again`);
}

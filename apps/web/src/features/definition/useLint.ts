// The server's opinion about what is being written, shortly after the last key.

import { useMay } from "@/access/useMay";
import { lintDefinition, type ComposeModel, type DefinitionWritable, type LintReport, type Message, type Problem, type ProblemItem, type Severity } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { useSettled } from "@/ui/settled";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

/** An error, a warning or a finding about the definition. */
export interface Comment {
  severity: Severity;
  code: string;
  message: Message;
  hint: Message | null;
  file: string | null;
  line: number | null;
  column: number | null;
  length: number | null;
}

export interface Opinion {
  comments: Comment[];
  /** Null if there are errors. */
  model: ComposeModel | null;
  /** Comments that are not listed, because there are too many. */
  leftOut: number;
}

/** Milliseconds without a key after which it is asked. */
const PAUSE = 400;

export interface Lint {
  opinion: Opinion | undefined;
  /** Why there is none. */
  error: Error | null;
  /** Why nobody asks for one. */
  refused?: string | undefined;
  /** What is shown belongs to an older text. */
  checking: boolean;
}

export function useLint(definition: DefinitionWritable, name: string | null): Lint {
  const body = JSON.stringify({ ...definition, name: name === "" ? null : name });
  const settled = useSettled(body, PAUSE);
  const may = useMay();
  const refused = may("lint_definition");
  const asked = refused === undefined;
  const query = useQuery({ ...lintQuery(settled), enabled: asked, placeholderData: keepPreviousData });
  return { opinion: query.data, error: query.error, refused, checking: asked && (query.isFetching || settled !== body) };
}

/** An older question is cancelled when a newer one is asked. */
function lintQuery(body: string) {
  return queryOptions({
    queryKey: ["lint of a draft", body],
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<Opinion> => {
      try {
        return opinionOf((await lintDefinition({ body: JSON.parse(body) as DefinitionWritable, signal, throwOnError: true })).data);
      } catch (error) {
        if (!isProblem(error, "invalid-definition") || error.problem === null) throw error;
        return opinionOfProblem(error.problem);
      }
    },
  });
}

export function opinionOf({ warnings, findings, model, summary }: LintReport): Opinion {
  return { comments: [...warnings.map((item) => asComment(item, "warning")), ...findings], model: model ?? null, leftOut: summary.left_out };
}

/** Of a definition that has errors. */
export function opinionOfProblem({ errors, warnings }: Problem): Opinion {
  return { comments: [...errors.map((item) => asComment(item, "error")), ...warnings.map((item) => asComment(item, "warning"))], model: null, leftOut: 0 };
}

function asComment(item: ProblemItem, severity: Severity): Comment {
  return { ...item, severity };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** The worst first, then by place. */
export function ranked(comments: readonly Comment[]): Comment[] {
  return comments.toSorted((one, other) => RANK[one.severity] - RANK[other.severity] || (one.line ?? 0) - (other.line ?? 0));
}

/** The file a comment is about. One that names no file, or the one that JSON is stored as, is about the compose file. */
export function fileOf(comment: Pick<Comment, "file">, paths: readonly string[], compose: string): string {
  return comment.file !== null && paths.includes(comment.file) ? comment.file : compose;
}

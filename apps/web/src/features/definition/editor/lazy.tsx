import { Skeleton } from "@/ui/Empty";
import { lazy, Suspense, type ReactElement } from "react";
import type { FileEditorProps } from "./FileEditor";

const LazyFileEditor = lazy(async () => ({ default: (await import("./FileEditor")).FileEditor }));

/** The editor of a file, loaded when it is first needed. */
export function FileEditor(props: FileEditorProps): ReactElement {
  return <Suspense fallback={<Skeleton lines={14} label={props.label} />}><LazyFileEditor {...props} /></Suspense>;
}

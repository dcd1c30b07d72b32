import type { ConnectionChange, DiffReport, ExposureReport, ListReport, ReportEnd } from "../engine/report";
import { changeCauses, connectionsText, counted, enforcementInShort } from "./sentences";

/** One arrow of the picture. */
interface Edge {
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly label: string;
  readonly change?: ConnectionChange["kind"];
  /** Shown when the pointer is on the edge. */
  readonly because?: string;
}

/** More than this cannot be read, and takes Graphviz minutes: workloads are then drawn as their namespaces. */
const mostNodes = 60;
const mostEdges = 250;

/** Green is new, red is gone, purple is different; distinguishable with the common colour blindness by their dashes too. */
const changeStyle: Readonly<Record<ConnectionChange["kind"], string>> = {
  added: 'color="#008000", fontcolor="#008000", penwidth=2',
  removed: 'color="#cc0000", fontcolor="#cc0000", style="dashed"',
  changed: 'color="#8800aa", fontcolor="#8800aa", style="bold"',
};

/** A report as a Graphviz graph: a frame for each namespace, a node for each end, an arrow for what may flow. */
export function renderDot(report: DiffReport | ListReport | ExposureReport): string {
  const edges = edgesOf(report);
  const isLarge = nodesOf(edges).length > mostNodes || edges.length > mostEdges;
  const enforcement = report.enforcement === undefined ? [] : [`enforcement: ${enforcementInShort(report.enforcement)}`];
  if (!isLarge) return graph(edges, enforcement);
  return graph(collapsed(edges), [...enforcement, "workloads are shown as their namespaces"]);
}

function edgesOf(report: DiffReport | ListReport | ExposureReport): readonly Edge[] {
  switch (report.kind) {
    case "diff":
      return report.connections.map(({ kind, from, to, before, after, ...change }) => ({
        from,
        to,
        label: changeLabel(kind, before, after),
        change: kind,
        because: changeCauses(change).join("; "),
      }));
    case "list":
      return report.connections.map(({ from, to, connections }) => ({ from, to, label: connectionsText(connections) }));
    case "exposure":
      return report.workloads.flatMap(({ workload, direction, entries }) =>
        entries.map(({ other, connections }): Edge => {
          const ends = direction === "ingress" ? { from: other, to: workload } : { from: workload, to: other };
          return { ...ends, label: connectionsText(connections) };
        }),
      );
  }
}

function changeLabel(kind: ConnectionChange["kind"], before: ConnectionChange["before"], after: ConnectionChange["after"]): string {
  const [was, is] = [connectionsText(before), connectionsText(after)];
  return { added: `+ ${is}`, removed: `- ${was}`, changed: `${is} (was ${was})` }[kind];
}

/** Every end an edge has, by what tells it apart. */
const nodesOf = (edges: readonly Edge[]): readonly ReportEnd[] => [
  ...new Map(edges.flatMap(({ from, to }) => [from, to]).map((end) => [idOf(end), end])).values(),
];

/** A kind and a name: a workload can be called as a range of addresses is. */
const idOf = ({ kind, workloadKind = "", name }: ReportEnd): string =>
  [kind, ...(workloadKind === "" ? [] : [workloadKind]), name].join(" ");

/** Edges between namespaces, with how many pairs each stands for. Ends outside every namespace stay themselves. */
function collapsed(edges: readonly Edge[]): readonly Edge[] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const [from, to] = [namespaceOf(edge.from), namespaceOf(edge.to)];
    const key = JSON.stringify([idOf(from), idOf(to), edge.change ?? ""]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ ...edge, from, to }]);
    else group.push(edge);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { because: _because, ...rest } = first;
    return [{ ...rest, label: counted(group.length, "pair") }];
  });
}

const namespaceOf = (end: ReportEnd): ReportEnd =>
  end.namespace === undefined ? end : { kind: "workload", workloadKind: "Namespace", name: end.namespace };

function graph(edges: readonly Edge[], notes: readonly string[]): string {
  const shown = edges.slice(0, mostEdges);
  const cut = edges.length - shown.length;
  const caption = [...notes, ...(cut === 0 ? [] : [`${String(cut)} more edges are not drawn`])].join("; ");
  const nodes = nodesOf(shown);
  const namespaces = [...new Set(nodes.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])))].sort();
  return [
    "digraph netpol {",
    `  graph [rankdir="LR", fontname="sans-serif", label=${quoted(caption)}]`,
    '  node [shape="box", style="rounded", fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...namespaces.flatMap((namespace, index) => frame(namespace, index, nodes)),
    ...nodes.filter(({ namespace }) => namespace === undefined).map((end) => `  ${node(end)}`),
    ...shown.map(arrow),
    "}",
    "",
  ].join("\n");
}

const frame = (namespace: string, index: number, nodes: readonly ReportEnd[]): readonly string[] => [
  `  subgraph ${quoted(`cluster_${String(index)}`)} {`,
  `    label=${quoted(namespace)}`,
  ...nodes.filter((end) => end.namespace === namespace).map((end) => `    ${node(end)}`),
  "  }",
];

function node(end: ReportEnd): string {
  const shape = { workload: "", addresses: ', shape="ellipse"', service: ', shape="component"', unlisted: ', style="dashed"' }[end.kind];
  return `${quoted(idOf(end))} [label=${quoted(end.name)}${shape}]`;
}

function arrow({ from, to, label, change, because = "" }: Edge): string {
  const style = change === undefined ? "" : `, ${changeStyle[change]}`;
  const tooltip = because === "" ? "" : `, tooltip=${quoted(because)}`;
  return `  ${quoted(idOf(from))} -> ${quoted(idOf(to))} [label=${quoted(label)}${style}${tooltip}]`;
}

/** A string of the DOT language. In labels a backslash starts an escape of Graphviz's own, so it is doubled. */
const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
